package dev.latentstream.trainer.feed;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.runtime.policy.SourceWeights;
import dev.latentstream.schemas.MixturePolicy;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Draws the source of each sample by weight: a function of the seed, the sample's index, the policy and the sources. */
public final class Mixture {
    private Mixture() {}

    /**
     * Returns the share with which each source is sampled, summing to 1; sources of weight 0 are left out, so the result may be empty.
     *
     * @param policy at a step: its schedule is not looked at
     */
    public static SortedMap<String, Double> shares(MixturePolicy policy, Collection<String> sources) {
        SortedMap<String, Double> weights = new TreeMap<>();
        for (String source : sources) {
            double weight = weight(policy, source);
            if (weight > 0) {
                weights.put(source, weight);
            }
        }
        return normalised(weights);
    }

    /**
     * Returns the share of each sampled source in the objective, summing to 1. It is that of the sampling unless the policy has objective
     * weights, and also if these leave no source that is sampled.
     *
     * @param policy at a step: its schedule is not looked at
     */
    public static SortedMap<String, Double> objective(MixturePolicy policy, Collection<String> sources) {
        SortedMap<String, Double> sampling = shares(policy, sources);
        SortedMap<String, Double> weights = new TreeMap<>();
        sampling.keySet()
                .forEach(source -> weights.put(
                        source,
                        SourceWeights.of(policy.getObjectiveWeights(), source)
                                .orElseGet(() -> weight(policy, source))));
        boolean isEmpty = policy.getObjectiveWeights().isEmpty()
                || weights.values().stream().allMatch(weight -> weight == 0);
        return isEmpty ? sampling : normalised(weights);
    }

    /**
     * Returns the weight of the loss of a sample: the share of its source in the objective over that with which it is sampled. Its mean
     * over the samples drawn is 1, and that of the weighted losses is the loss of the objective's mixture, whatever is sampled.
     */
    static double lossWeight(MixturePolicy policy, Collection<String> sources, String source) {
        if (policy.getObjectiveWeights().isEmpty()) {
            return 1;
        }
        SortedMap<String, Double> sampling = shares(policy, sources);
        SortedMap<String, Double> objective = objective(policy, sources);
        return objective.getOrDefault(source, 0.0) / sampling.getOrDefault(source, 1.0);
    }

    private static double weight(MixturePolicy policy, String source) {
        return SourceWeights.of(policy.getSourceWeights(), source).orElse(policy.getDefaultWeight());
    }

    private static SortedMap<String, Double> normalised(SortedMap<String, Double> weights) {
        double total = 0;
        for (double weight : weights.values()) {
            total += weight;
        }
        double sum = total;
        weights.replaceAll((source, weight) -> weight / sum);
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
