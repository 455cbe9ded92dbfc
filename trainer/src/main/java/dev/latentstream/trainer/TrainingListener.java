package dev.latentstream.trainer;

import dev.latentstream.schemas.TrainingMetrics;
import java.nio.file.Path;

/** Receives the progress of a run. Called on the training thread, so implementations return soon. */
public interface TrainingListener {
    /** Ignores all events. */
    TrainingListener NONE = new TrainingListener() {};

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
