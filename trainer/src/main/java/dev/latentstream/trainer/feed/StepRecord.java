package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.LedgerRemoval;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of one step as they happen, and the samples that follow from them: the content of its ledger record. */
final class StepRecord {
    private final long step;
    private final List<String> topics = new ArrayList<>();
    private final List<LedgerSample> samples = new ArrayList<>();
    private final List<LedgerSource> opened = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<LedgerRemoval> removed = new ArrayList<>();
    private final List<LedgerTake> taken = new ArrayList<>();
    private final List<LedgerRemoval> purged = new ArrayList<>();
    private final List<LedgerRemoval> withheld = new ArrayList<>();
    private final List<Integer> skipped = new ArrayList<>();
    private @Nullable MixturePolicy mixture;
    private @Nullable LedgerRun run;

    StepRecord(long step) {
        this.step = step;
    }

    void run(LedgerRun facts) {
        run = facts;
    }

    void mixture(MixturePolicy policy) {
        mixture = policy;
    }

    void opened(LedgerSource source) {
        opened.add(source);
    }

    void left(String topic) {
        left.add(topic);
    }

    void removed(Removed tombstone) {
        removed.add(removal(tombstone.position(), tombstone.imageId()));
    }

    void purged(RecordPosition latent, String imageId) {
        purged.add(removal(latent, imageId));
    }

    /** Says that the record taken last did not enter the buffer. */
    void withheld(RecordPosition latent, String imageId) {
        withheld.add(removal(latent, imageId));
    }

    void skipped(int sample) {
        skipped.add(sample);
    }

    boolean hasChangedBuffers() {
        return !taken.isEmpty() || !removed.isEmpty() || !purged.isEmpty();
    }

    /** Adds a record to the range that the last one ended, if it follows it in the same partition and before the same sample. */
    void taken(RecordPosition position, long expected) {
        int topic = topic(position.topic());
        if (!taken.isEmpty()) {
            LedgerTake last = taken.get(taken.size() - 1);
            if (last.getBefore() == samples.size()
                    && last.getTopic() == topic
                    && last.getPartition() == position.partition()
                    && last.getEnd() == expected) {
                last.setEnd(position.offset() + 1);
                return;
            }
        }
        taken.add(
                new LedgerTake(samples.size(), topic, position.partition(), position.offset(), position.offset() + 1));
    }

    /** @param insteadOf topic of the source that was drawn first; null if it was the sample's */
    void drawn(LatentSample sample, int caption, boolean stays, @Nullable String insteadOf) {
        RecordPosition at = sample.position();
        samples.add(new LedgerSample(
                sample.imageId(),
                topic(at.topic()),
                at.partition(),
                at.offset(),
                caption,
                stays,
                insteadOf == null ? -1 : topic(insteadOf)));
    }

    LedgerStep ledger(long policy) {
        return new LedgerStep(
                step, topics, samples, policy, mixture, run, opened, left, removed, taken, purged, withheld, skipped);
    }

    private LedgerRemoval removal(RecordPosition at, String imageId) {
        return new LedgerRemoval(imageId, topic(at.topic()), at.partition(), at.offset());
    }

    private int topic(String name) {
        int index = topics.indexOf(name);
        if (index < 0) {
            topics.add(name);
            return topics.size() - 1;
        }
        return index;
    }
}
