package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import java.util.Optional;

/** The reason that a runner may no longer write its source. */
public sealed interface SourceLoss {
    /** Somebody paused it. */
    record Paused(String author, String reason) implements SourceLoss {}

    /** Somebody removed it. */
    record Removed() implements SourceLoss {}

    /**
     * Another runner has it.
     *
     * @param writer host, process and a random number
     */
    record TakenOver(String writer) implements SourceLoss {}

    /** The cluster has ended a transaction for its age: nobody else has the source, which continues in another pass. */
    record Expired() implements SourceLoss {}

    /** Returns what a state that somebody else wrote means; empty if the source was removed. */
    static SourceLoss of(Optional<SourceState> state) {
        if (state.isEmpty() || state.get().getStatus() == SourceStatus.REMOVING) {
            return new Removed();
        }
        SourceState newest = state.get();
        return newest.getStatus() == SourceStatus.PAUSED
                ? new Paused(newest.getAuthor(), newest.getReason())
                : new TakenOver(newest.getWriter());
    }
}
