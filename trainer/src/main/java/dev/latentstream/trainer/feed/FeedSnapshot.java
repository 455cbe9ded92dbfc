package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import java.util.List;

/**
 * The state of a run's feed after a step.
 *
 * @param step steps so far
 * @param samples samples drawn so far
 * @param run facts of the run
 * @param policy mixture policy of the last step; before the first one, the built-in one
 * @param sources state of each source
 */
public record FeedSnapshot(
        long step, long samples, LedgerRun run, VersionedPolicy<MixturePolicy> policy, List<SourceState> sources) {
    public FeedSnapshot {
        sources = List.copyOf(sources);
    }
}
