package dev.latentstream.captioning;

import java.time.Duration;
import java.time.Instant;

/** A clock that advances only by sleeping. */
final class FakeTime {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Duration slept = Duration.ZERO;

    synchronized Instant now() {
        return now;
    }

    synchronized void sleep(Duration duration) {
        now = now.plus(duration);
        slept = slept.plus(duration);
    }

    synchronized void pass(Duration duration) {
        now = now.plus(duration);
    }

    synchronized Duration slept() {
        return slept;
    }
}
