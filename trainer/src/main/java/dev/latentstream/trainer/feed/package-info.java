/**
 * From the latent topics to batches.
 *
 * <p>Start reading at {@link BatchAssembler}: it draws source, latent and caption of each sample. {@link LatentReader} fills {@link LatentQueues} on a
 * thread of its own, {@link BatchPrefetch} assembles one batch ahead on another.
 *
 * <p>Promises: what a sample is depends on the seed and its index, never on what was drawn before; latents of another format than the
 * run's are refused with their offset; records that the log has lost stop the run with their number. Under {@code wait} the order does not
 * depend on when data arrive; under {@code redistribute} and {@code repeat} it does where a source runs dry, and when a source is first
 * seen always; the ledger names what was trained on.
 */
@NullMarked
package dev.latentstream.trainer.feed;

import org.jspecify.annotations.NullMarked;
