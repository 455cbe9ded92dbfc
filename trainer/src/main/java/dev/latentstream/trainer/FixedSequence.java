package dev.latentstream.trainer;

import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sequence of a run that does not train on live latents: places in the log that are known beforehand. Not thread-safe. */
interface FixedSequence extends AutoCloseable {
    /**
     * The place from which a run draws.
     *
     * @param recorded steps that its own ledger has after the state
     * @param facts its facts
     * @param changed the same if its next own step is the first one under them
     * @param ledger its own ledger
     */
    record Start(
            FeedSnapshot from,
            List<RecordedStep> recorded,
            LedgerRun facts,
            @Nullable LedgerRun changed,
            TextEncoder encoder,
            RemovedImages removed,
            FeedLedger ledger) {}

    /** Returns a description for the log. */
    String describe();

    LatentFormat format();

    /**
     * Returns settings with those that the sequence decides.
     *
     * @param last facts of the run's last recorded step; null for a new run
     */
    TrainerSettings decided(TrainerSettings settings, @Nullable LedgerRun last);

    /**
     * Compares what is needed after a state with the log.
     *
     * @throws dev.latentstream.trainer.ledger.LostRecordsException if any of it is gone
     */
    void check(FeedSnapshot from);

    /** Returns the assembler of the batches. */
    BatchAssembler assembler(LatentFeed feed, Start start);

    @Override
    void close();
}
