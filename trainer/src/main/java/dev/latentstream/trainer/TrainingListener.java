package dev.latentstream.trainer;

import dev.latentstream.schemas.TrainingMetrics;
import java.nio.file.Path;
import java.time.Duration;

/** Receives the progress of a run. Called on the training thread, so implementations return soon. */
public interface TrainingListener {
    /** Ignores all events. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * Called when the first batch is ready.
     *
     * @param step that it is for
     * @param after time since the start: for the ledger, the checkpoint and what the log has of the batch
     */
    default void firstBatch(long step, Duration after) {}

    /**
     * Called every few steps with the record that is written to {@code training-metrics}. Its loss is the mean of the steps since the last
     * report, up to {@link TrainingMetrics#getStep}: show that step with it, since the next report can be minutes away.
     */
    default void progress(TrainingMetrics metrics) {}

    /** Called after a checkpoint was written. */
    default void checkpoint(Path folder) {}

    /** Called after a grid of samples was written. */
    default void samples(Path image) {}
}
