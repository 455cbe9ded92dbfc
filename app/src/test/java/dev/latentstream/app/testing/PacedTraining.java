package dev.latentstream.app.testing;

import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.TrainingListener;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds a trainer that reports every step to the pace of a larger network. Steps of a tiny one take a millisecond or two, and thousands of
 * them would take the processor and the broker from the stages that a test waits for.
 */
public final class PacedTraining implements TrainingListener {
    private static final Duration STEP = Duration.ofMillis(50);

    @Override
    public void progress(TrainingMetrics metrics) {
        LockSupport.parkNanos(STEP.toNanos());
    }
}
