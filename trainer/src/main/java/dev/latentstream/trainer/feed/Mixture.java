package dev.latentstream.trainer.feed;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.schemas.MixturePolicy;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Draws the source of each sample by weight: a function of the seed, the sample's index, the policy and the sources. */
public final class Mixture {
    private Mixture() {}

    /** Returns the share of each source, summing to 1; sources of weight 0 are left out, so the result may be empty. */
    public static SortedMap<String, Double> shares(MixturePolicy policy, Collection<String> sources) {
        SortedMap<String, Double> weights = new TreeMap<>();
        double sum = 0;
        for (String source : sources) {
            double weight = policy.getSourceWeights().getOrDefault(source, policy.getDefaultWeight());
            if (weight > 0) {
                weights.put(source, weight);
                sum += weight;
            }
        }
        double total = sum;
        weights.replaceAll((source, weight) -> weight / total);
        return weights;
    }

    /**
     * Draws the source of a sample, independently of all other samples.
     *
     * @param purpose distinguishes several draws for one sample
     * @param shares share of each source, summing to 1
     */
    static Optional<String> draw(SortedMap<String, Double> shares, long seed, String purpose, long sample) {
        double at = Seeds.random(seed, purpose, sample).nextDouble();
        for (Map.Entry<String, Double> share : shares.entrySet()) {
            at -= share.getValue();
            if (at < 0) {
                return Optional.of(share.getKey());
            }
        }
        return shares.isEmpty() ? Optional.empty() : Optional.of(shares.lastKey()); // rounding error
    }
}
