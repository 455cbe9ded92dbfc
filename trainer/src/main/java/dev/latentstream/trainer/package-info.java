/**
 * Trains a diffusion model on the latents of all sources while they come in.
 *
 * <p>Start reading at {@link dev.latentstream.trainer.TrainerStage}, which wires the three threads: {@code LatentReader} reads
 * the log into {@code LatentQueues}; {@code BatchAssembler} draws each sample's source, latent and caption; {@code Trainer}
 * takes the steps and writes ledger, metrics, checkpoints and samples.
 *
 * <p>Promises: what a sample is depends on the seed and its index, never on what was drawn before; a checkpoint holds where the
 * run stands in every partition and what sits in its shuffle buffers, so a run resumed after a kill trains on the same remaining
 * samples; latents of another form than the run's are refused with their offset; records that the log has lost stop the run with
 * their number. Under {@code wait} the order does not depend on when data arrive; under {@code redistribute} and {@code repeat} it
 * does where a source runs dry, and when a source is first seen always; the ledger tells what was trained on.
 */
@NullMarked
package dev.latentstream.trainer;

import org.jspecify.annotations.NullMarked;
