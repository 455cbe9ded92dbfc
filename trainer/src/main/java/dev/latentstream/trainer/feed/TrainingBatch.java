package dev.latentstream.trainer.feed;

import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.StoredLatents;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.util.List;
import java.util.Set;

/**
 * The batch of one step.
 *
 * @param step counts from 1
 * @param latents those of the samples; a latent of zeros if there are none
 * @param samples what is trained: as many as the step drew, but for those whose images were removed meanwhile
 * @param policy mixture policy under which it was drawn, as its schedule has it at this step
 * @param sources all sources that are read, including those not drawn from
 * @param after state of the feed after the step
 * @param ledger position in the ledger after the step
 */
public record TrainingBatch(
        long step,
        StoredLatents latents,
        BatchConditioning conditioning,
        List<ChosenSample> samples,
        VersionedPolicy<MixturePolicy> policy,
        Set<String> sources,
        FeedSnapshot after,
        LedgerPosition ledger) {
    public TrainingBatch {
        samples = List.copyOf(samples);
        sources = Set.copyOf(sources);
    }

    /** Returns the weight of the loss of each sample (B). */
    public float[] lossWeights() {
        float[] weights = new float[samples.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) samples.get(i).lossWeight();
        }
        return weights;
    }
}
