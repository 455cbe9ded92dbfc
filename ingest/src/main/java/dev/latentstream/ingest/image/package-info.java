/**
 * Bytes of an image file into pixels, or a refusal.
 *
 * <p>Start reading at {@link ImageReader}: it reads the header ({@link Headers}, one class a format) before anything is decoded, compares its
 * claims with {@link ImageBounds}, and decodes, turns, converts to sRGB and shrinks. Bad bytes are a value, {@link Refusal}, never an
 * exception to the caller. A reader is not thread-safe.
 */
@NullMarked
package dev.latentstream.ingest.image;

import org.jspecify.annotations.NullMarked;
