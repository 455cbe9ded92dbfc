/**
 * Decoding of image files into pixels, or into a refusal.
 *
 * <p>Start reading at {@link ImageReader}: it reads the header ({@link Headers}, one class per format) before anything is decoded,
 * checks its claims against {@link ImageBounds}, then decodes, turns upright, converts to sRGB and shrinks. Bad bytes are a value,
 * {@link Refusal}, never an exception to the caller. A reader is not thread-safe.
 */
@NullMarked
package dev.latentstream.ingest.image;

import org.jspecify.annotations.NullMarked;
