/**
 * Captioners: BLIP and BLIP-2, with greedy, sampling and beam search.
 *
 * <p>Start reading at {@link CaptioningNetwork}, which encodes a batch of images once and writes any number of captions from it. Token ids
 * agree with {@code transformers} token by token.
 */
@NullMarked
package dev.latentstream.models.caption;

import org.jspecify.annotations.NullMarked;
