package dev.latentstream.ingest.sources;

import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.RejectionReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The progress of a source.
 *
 * @param sent images sent in this run
 * @param notSent items that were read and not sent
 * @param texts what became of the texts
 * @param total number of all items, if known
 */
public record SourceProgress(
        String source, long sent, NotSent notSent, Texts texts, OptionalLong total, Duration elapsed) {
    /**
     * Items that were not sent.
     *
     * @param copies further copies of images that were sent, whose texts went with them
     * @param done items that were delivered in an earlier run
     * @param tooLarge images rejected for their size
     * @param refused rows and URLs that were rejected, by reason
     * @param unreadable items that could not be read
     * @param others items that are not images
     * @param skipped files and folders that are never images, by kind
     */
    public record NotSent(
            long copies,
            long done,
            long tooLarge,
            Map<RejectionReason, Long> refused,
            long unreadable,
            long others,
            Map<String, Long> skipped) {
        public NotSent {
            refused = new TreeMap<>(refused);
            skipped = new TreeMap<>(skipped);
        }

        long sum() {
            return copies + done + tooLarge + unreadable + others + total(refused) + total(skipped);
        }

        private static long total(Map<?, Long> counts) {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * The outcomes of the texts.
     *
     * @param missing images that were sent without a text
     * @param missingBesideFile those of them that have another file of their name beside them
     * @param dropped texts that no image received, by reason
     */
    public record Texts(long missing, long missingBesideFile, Map<AltTextFault, Long> dropped) {
        public Texts {
            dropped = new TreeMap<>(dropped);
        }
    }

    /** Returns the items by what became of them, those of which there are any. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("sent", sent);
        counts.put("copies", notSent.copies());
        counts.put("sent-before", notSent.done());
        counts.put("too-large", notSent.tooLarge());
        counts.put("rejected", NotSent.total(notSent.refused()));
        counts.put("unreadable", notSent.unreadable());
        counts.put("other-files", notSent.others());
        counts.put("skipped", NotSent.total(notSent.skipped()));
        counts.put(
                "texts-dropped",
                texts.dropped().values().stream().mapToLong(Long::longValue).sum());
        counts.put("without-text", texts.missing());
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    /** Returns the items processed so far, out of {@code total}. */
    public long items() {
        return sent + notSent.sum();
    }

    /** Returns the images sent per second. */
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
