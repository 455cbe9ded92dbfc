/**
 * Finds text in images, with the networks of PP-OCR (arXiv 2009.09941) in ONNX files.
 *
 * <p>Start reading at {@link TextSpotter}: {@link TextDetector} finds lines, {@link TextCrop} cuts them out upright, and {@link TextRecognizer}
 * says with which confidence they can be read. Preprocessing and boxes are those of RapidOCR.
 *
 * <p>Promises: what is found in an image depends on this image alone.
 */
@NullMarked
package dev.latentstream.models.ocr;

import org.jspecify.annotations.NullMarked;
