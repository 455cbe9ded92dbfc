package dev.latentstream.trainer.feed;

import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import java.util.List;
import java.util.Set;

/**
 * What a step is trained on.
 *
 * @param step counts from 1
 * @param policy the mixture under which it was drawn
 * @param sources all sources that are read, drawn from or not
 * @param after where the run stands in each source once the step is done
 */
public record TrainingBatch(
        long step,
        LatentBatch latents,
        BatchConditioning told,
        List<ChosenSample> samples,
        VersionedPolicy<MixturePolicy> policy,
        Set<String> sources,
        List<SourceState> after) {
    public TrainingBatch {
        samples = List.copyOf(samples);
        sources = Set.copyOf(sources);
        after = List.copyOf(after);
    }

    /** The ledger's record of the step. */
    public LedgerStep ledger(float loss) {
        List<String> topics = samples.stream()
                .map(s -> s.sample().position().topic())
                .distinct()
                .sorted()
                .toList();
        List<LedgerSample> entries = samples.stream()
                .map(s -> new LedgerSample(
                        s.sample().imageId(),
                        topics.indexOf(s.sample().position().topic()),
                        s.sample().position().partition(),
                        s.sample().position().offset(),
                        s.caption()))
                .toList();
        return new LedgerStep(step, topics, entries, policy.version(), loss);
    }
}
