/**
 * Captioning a source again, under the present policy.
 *
 * <p>Start reading at {@link RecaptionStage}. {@link RecaptionLog} has the recaptions of each source, {@link RecaptionProcessor} selects the
 * images.
 *
 * <p>Promises: no image is encoded again; a recaption that is killed continues where it was, with each image captioned once; captions of a
 * later recaption replace earlier ones in whatever order they come.
 */
@NullMarked
package dev.latentstream.captioning.recaption;

import org.jspecify.annotations.NullMarked;
