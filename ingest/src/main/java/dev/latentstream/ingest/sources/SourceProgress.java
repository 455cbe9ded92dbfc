package dev.latentstream.ingest.sources;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The progress of a source.
 *
 * @param sent images acknowledged by the cluster
 * @param done items that were delivered in an earlier run
 * @param tooLarge images rejected for their size
 * @param unreadable items that could not be read
 * @param others items that are not images
 * @param total number of all items, if known
 */
public record SourceProgress(
        String source,
        long sent,
        long done,
        long tooLarge,
        long unreadable,
        long others,
        OptionalLong total,
        Duration elapsed) {
    /** Returns the items processed so far, out of {@code total}. */
    public long items() {
        return sent + done + tooLarge + unreadable + others;
    }

    /** Returns the images acknowledged per second. */
    public double rate() {
        return elapsed.isZero() ? 0 : sent / (elapsed.toNanos() / 1e9);
    }

    /** Estimates the remaining time, if the total is known and something was sent. */
    public Optional<Duration> left() {
        if (total.isEmpty() || rate() == 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (1000 * (total.getAsLong() - items()) / rate())));
    }
}
