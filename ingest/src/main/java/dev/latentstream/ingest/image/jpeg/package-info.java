/**
 * The entropy-coded data of JPEG files, without pixels.
 *
 * <p>Start reading at {@link JpegCodes}. Nothing here refuses a file: damage is reported as a value. All classes read one file and are
 * not thread-safe.
 */
@NullMarked
package dev.latentstream.ingest.image.jpeg;

import org.jspecify.annotations.NullMarked;
