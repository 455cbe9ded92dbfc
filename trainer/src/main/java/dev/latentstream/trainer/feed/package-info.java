/**
 * Reads the latent topics and assembles batches.
 *
 * <p>Start reading at {@link BatchAssembler}, which draws source, latent and caption of each sample. {@link LatentReader} fills
 * {@link LatentQueues} on one dedicated thread; {@link BatchPrefetch} assembles one batch ahead on another.
 *
 * <p>Promises: a sample depends on the seed and its index, never on earlier draws; latents of another format than the run's are refused, and
 * their offsets logged; records missing from the log stop the run, and the message counts them. Under {@code wait} the order does not
 * depend on arrival times, except for the step from which a new source is drawn; under {@code redistribute} and {@code repeat} it also
 * does while a source is dry. The ledger records what was trained on.
 */
@NullMarked
package dev.latentstream.trainer.feed;

import org.jspecify.annotations.NullMarked;
