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
 * The batch of one step.
 *
 * @param step counts from 1
 * @param policy mixture policy under which it was drawn
 * @param sources all sources that are read, including those not drawn from
 * @param after position of the run in each source after the step
 */
public record TrainingBatch(
        long step,
        LatentBatch latents,
        BatchConditioning conditioning,
        List<ChosenSample> samples,
        VersionedPolicy<MixturePolicy> policy,
        Set<String> sources,
        List<SourceState> after) {
    public TrainingBatch {
        samples = List.copyOf(samples);
        sources = Set.copyOf(sources);
        after = List.copyOf(after);
    }

    /** Returns the step's ledger record. */
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
