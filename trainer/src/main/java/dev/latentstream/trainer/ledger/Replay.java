package dev.latentstream.trainer.ledger;

import dev.latentstream.schemas.LedgerRun;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The run that another one replays.
 *
 * @param ledger its steps
 * @param facts turns its facts into those of the run that replays it
 * @param changed facts of the replaying run, if its next own step is the first one under them
 */
public record Replay(
        RunLedger ledger,
        UnaryOperator<LedgerRun> facts,
        @Nullable LedgerRun changed) {}
