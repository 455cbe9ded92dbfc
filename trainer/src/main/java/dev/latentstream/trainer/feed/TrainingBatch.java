package dev.latentstream.trainer.feed;

import dev.latentstream.models.diffusion.Conditioning;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.runtime.policy.InForce;
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
        Conditioning told,
        List<ChosenSample> samples,
        InForce<MixturePolicy> policy,
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
                .map(s -> s.sample().place().topic())
                .distinct()
                .sorted()
                .toList();
        List<LedgerSample> entries = samples.stream()
                .map(s -> new LedgerSample(
                        s.sample().image(),
                        topics.indexOf(s.sample().place().topic()),
                        s.sample().place().partition(),
                        s.sample().place().offset(),
                        s.caption()))
                .toList();
        return new LedgerStep(step, topics, entries, policy.version(), loss);
    }
}
