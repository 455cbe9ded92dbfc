package dev.latentstream.trainer.ledger;

import dev.latentstream.schemas.LedgerStep;
import java.util.concurrent.CompletableFuture;

/** The ledger of a run, in which the events of each step are kept. */
public interface FeedLedger {
    /**
     * Appends a step, after those that were appended before; none is in the ledger unless all before it are.
     *
     * @return completes with the position after the step once the step is in the ledger for good
     */
    CompletableFuture<LedgerPosition> append(LedgerStep step);
}
