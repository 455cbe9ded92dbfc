package dev.latentstream.trainer.feed;

import dev.latentstream.trainer.ledger.RecordedStep;
import java.util.List;

/**
 * The place from which a run continues.
 *
 * @param snapshot state of the feed in the checkpoint
 * @param recorded steps that the ledger has after it
 * @param skipLost whether unread records that are lost are skipped
 */
public record FeedResume(FeedSnapshot snapshot, List<RecordedStep> recorded, boolean skipLost) {
    public FeedResume {
        recorded = List.copyOf(recorded);
    }

    /** Returns the same without the recorded steps: the run is live from its checkpoint. */
    FeedResume withoutRecorded() {
        return new FeedResume(snapshot, List.of(), skipLost);
    }
}
