package dev.latentstream.trainer.ledger;

import dev.latentstream.schemas.LedgerStep;

/** The ledger of a run, in which the events of each step are kept. */
public interface FeedLedger {
    /**
     * Returns once a step is in the ledger for good.
     *
     * @return the position after the step
     */
    LedgerPosition append(LedgerStep step) throws InterruptedException;
}
