package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceProgress.NotSent;
import dev.latentstream.ingest.sources.SourceProgress.Texts;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.RejectionReason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The counts of one run of a source. Not thread-safe. */
final class SourceTally {
    private final String source;
    private final OptionalLong total;
    private final long start = System.nanoTime();
    private final Map<String, Long> skipped = new HashMap<>();
    private final Map<RejectionReason, Long> refused = new EnumMap<>(RejectionReason.class);
    private final Map<AltTextFault, Long> dropped = new EnumMap<>(AltTextFault.class);
    private long sent;
    private long copies;
    private long done;
    private long tooLarge;
    private long unreadable;
    private long others;
    private long missing;
    private long missingBesideFile;

    SourceTally(String source, OptionalLong total) {
        this.source = source;
        this.total = total;
    }

    long sent() {
        return sent;
    }

    void sent(long images) {
        sent += images;
    }

    void sending(List<Found> found) {
        copies += found.size() - 1;
        for (Found copy : found) {
            boolean none = copy.texts().isEmpty();
            missing += none ? 1 : 0;
            missingBesideFile += none && copy.othersBeside() > 0 ? 1 : 0;
        }
    }

    void done(long items) {
        done += items;
    }

    void tooLarge() {
        tooLarge++;
    }

    /** Counts an item that was refused. */
    void refused(RejectionReason reason) {
        refused.merge(reason, 1L, Long::sum);
    }

    void unreadable() {
        unreadable++;
    }

    void other() {
        others++;
    }

    /** Counts a skipped item and returns whether it is the first of its kind. */
    boolean skipped(String kind) {
        return skipped.merge(kind, 1L, Long::sum) == 1;
    }

    /** Counts a dropped text and returns the number of those dropped for the same reason. */
    long dropped(AltTextFault fault) {
        return dropped.merge(fault, 1L, Long::sum);
    }

    SourceProgress progress() {
        return new SourceProgress(
                source,
                sent,
                new NotSent(copies, done, tooLarge, refused, unreadable, others, skipped),
                new Texts(missing, missingBesideFile, dropped),
                total,
                Duration.ofNanos(System.nanoTime() - start));
    }
}
