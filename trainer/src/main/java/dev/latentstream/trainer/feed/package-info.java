/**
 * Reads the latent topics and draws the samples of each step.
 *
 * <p>Start reading at {@link FeedState}, the state machine: it changes by events only, and computes everything else from the seed.
 * {@link LiveEvents} decides the events of a step and {@link RecordedEvents} reads them from the ledger; {@link BatchAssembler} draws a step
 * from either. {@link LatentReader} fills {@link LatentQueues} on one dedicated thread; {@link BatchPrefetch} assembles one batch ahead on
 * another.
 *
 * <p>Promises: a step is in the ledger before its batch is returned; the same ledger and the same log make the same samples; on a log that
 * does not grow, so does no ledger; latents of another format than the run's are refused, and their offsets logged; unread records that are
 * missing from the log stop the run, and the message counts them.
 */
@NullMarked
package dev.latentstream.trainer.feed;

import org.jspecify.annotations.NullMarked;
