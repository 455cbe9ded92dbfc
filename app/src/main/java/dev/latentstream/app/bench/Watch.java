package dev.latentstream.app.bench;

import dev.latentstream.app.Failure;
import dev.latentstream.runtime.Stage;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Follows a running stage until it is done. */
final class Watch {
    /** Batches take tens of milliseconds and more, a window several seconds. */
    private static final Duration EVERY = Duration.ofMillis(5);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Watch() {}

    /** @param done how much of it the stage is done with */
    static Course until(long total, LongSupplier done, Stage stage, Stop stop) throws InterruptedException {
        Course course = new Course();
        long moved = System.nanoTime();
        while (course.done() < total) {
            stop.await(EVERY);
            long before = course.done();
            long now = System.nanoTime();
            course.mark(now, done.getAsLong());
            if (course.done() > before) {
                moved = now;
            }
            stage.failure().ifPresent(failure -> {
                throw new Failure("the stage %s failed: %s".formatted(stage.name(), failure), failure);
            });
            if (now - moved > PATIENCE.toNanos()) {
                throw new Failure("the stage %s stands still at %d of %d images for %d s"
                        .formatted(stage.name(), course.done(), total, PATIENCE.toSeconds()));
            }
        }
        return course;
    }
}
