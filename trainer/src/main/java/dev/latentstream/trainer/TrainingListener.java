package dev.latentstream.trainer;

import dev.latentstream.schemas.TrainingMetrics;
import java.nio.file.Path;

/** Is told how a run goes, in the training thread: return soon. */
public interface TrainingListener {
    /** Listens to nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** Every few steps; the same record goes to {@code training-metrics}. */
    default void progress(TrainingMetrics metrics) {}

    /** A checkpoint was written. */
    default void checkpoint(Path folder) {}

    /** A grid of sampled pictures was written. */
    default void samples(Path picture) {}
}
