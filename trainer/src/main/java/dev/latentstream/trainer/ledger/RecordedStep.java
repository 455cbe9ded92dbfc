package dev.latentstream.trainer.ledger;

import dev.latentstream.schemas.LedgerStep;

/**
 * A step that the ledger contains.
 *
 * @param after position after it
 */
public record RecordedStep(LedgerStep step, LedgerPosition after) {}
