package dev.latentstream.ingest.sources;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a source has come.
 *
 * @param sent images acknowledged by the cluster
 * @param done items of an earlier run
 * @param tooLarge images rejected for their size
 * @param unreadable items that could not be read
 * @param others items that are no images
 * @param total items in all, where known
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
    /** Items dealt with, of {@code total}. */
    public long items() {
        return sent + done + tooLarge + unreadable + others;
    }

    /** Images acknowledged a second. */
    public double rate() {
        return elapsed.isZero() ? 0 : sent / (elapsed.toNanos() / 1e9);
    }

    /** How long the rest will take, where the total is known and something was sent. */
    public Optional<Duration> left() {
        if (total.isEmpty() || rate() == 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (1000 * (total.getAsLong() - items()) / rate())));
    }
}
