/**
 * Trains a diffusion model on the latents of all sources while they arrive.
 *
 * <p>Start reading at {@link Trainer}, the training loop; {@link TrainingRun} sets it up and {@link TrainerStage} is its thread. {@code feed}
 * assembles batches from topics; this package trains on them and writes ledger, metrics, checkpoints and samples.
 *
 * <p>Promises: a checkpoint contains the run's position in every partition and in the shuffle buffers, so a run resumed after a kill trains
 * on the same remaining samples; the ledger is written before the checkpoint that covers it. One thread trains.
 */
@NullMarked
package dev.latentstream.trainer;

import org.jspecify.annotations.NullMarked;
