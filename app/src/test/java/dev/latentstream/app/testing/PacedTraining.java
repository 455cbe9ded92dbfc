package dev.latentstream.app.testing;

import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.TrainingListener;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds a trainer that reports every step to the pace of a larger network: a tiny one would train thousands of steps, and take the
 * processor and the broker from the stages that a test waits for.
 */
public final class PacedTraining implements TrainingListener {
    private final Duration step;

    /** Holds each step for a time. */
    public PacedTraining(Duration step) {
        this.step = step;
    }

    @Override
    public void progress(TrainingMetrics metrics) {
        LockSupport.parkNanos(step.toNanos());
    }
}
