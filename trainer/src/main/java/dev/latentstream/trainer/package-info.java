/**
 * Trains a diffusion model on the latents of all sources while they arrive.
 *
 * <p>Start reading at {@link TrainerStage}, then {@link Trainer}, the loop. {@code feed} turns topics into batches; this package takes the steps
 * and writes ledger, metrics, checkpoints and samples.
 *
 * <p>Promises: a checkpoint holds the run's position in every partition and the shuffle buffers, so a run resumed after a kill trains on
 * the same remaining samples; the ledger is written before the checkpoint that covers it. One thread trains.
 */
@NullMarked
package dev.latentstream.trainer;

import org.jspecify.annotations.NullMarked;
