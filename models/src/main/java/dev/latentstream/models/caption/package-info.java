/**
 * Captioners: BLIP and BLIP-2, with greedy, sampling and beam search.
 *
 * <p>Start reading at {@link CaptioningNetwork}, which encodes a batch of images once and generates any number of captions of it. Token ids
 * equal those of {@code transformers}.
 */
@NullMarked
package dev.latentstream.models.caption;

import org.jspecify.annotations.NullMarked;
