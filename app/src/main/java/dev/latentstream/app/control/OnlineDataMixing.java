package dev.latentstream.app.control;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Online data mixing (arXiv 2312.02406, algorithm 1): a bandit whose arms are the sources and whose rewards are their losses, so that a
 * source with a high loss is sampled more. With K sources, turn t has the exploration rate E(t) = min(1/K, sqrt(ln K / (K t))) and the shares
 *
 * <pre>{@code
 * reward(i) = smoothing * reward(i) + (1 - smoothing) * loss(i) / share(i)
 * share(i)  = (1 - K E(t)) * exp(E(t-1) reward(i)) / sum over j of exp(E(t-1) reward(j)) + E(t)
 * }</pre>
 *
 * <p>Rewards start at 0; E(0) of the paper is 1/K, as is E(1). The shares of turn 1 are those that the sources have when it starts. Not thread-safe.
 */
final class OnlineDataMixing {
    private final double smoothing;
    private final SortedMap<String, Double> rewards = new TreeMap<>();
    private long turn = 1;

    /** @param smoothing of the moving average of rewards, from 0 to below 1 */
    OnlineDataMixing(double smoothing) {
        this.smoothing = smoothing;
    }

    /**
     * Returns the share of each source at the next turn, summing to 1.
     *
     * @param losses mean loss of each source since the last turn; a source without a sample keeps its reward
     * @param sampled share with which each source was sampled, above 0
     */
    SortedMap<String, Double> next(Map<String, Double> losses, Map<String, Double> sampled) {
        rewards.keySet().retainAll(sampled.keySet());
        sampled.forEach((source, share) -> {
            double before = rewards.getOrDefault(source, 0.0);
            Double loss = losses.get(source);
            rewards.put(source, loss == null ? before : smoothing * before + (1 - smoothing) * loss / share);
        });
        double before = exploration(turn);
        turn++;
        return shares(before, exploration(turn));
    }

    private double exploration(long at) {
        int sources = rewards.size();
        return Math.min(1.0 / sources, Math.sqrt(Math.log(sources) / (sources * (double) at)));
    }

    private SortedMap<String, Double> shares(double before, double now) {
        double greatest =
                rewards.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        SortedMap<String, Double> shares = new TreeMap<>();
        double sum = 0;
        for (Map.Entry<String, Double> reward : rewards.entrySet()) {
            double weight = Math.exp(before * (reward.getValue() - greatest)); // the greatest is 1: none overflows
            shares.put(reward.getKey(), weight);
            sum += weight;
        }
        double total = sum;
        shares.replaceAll((source, weight) -> (1 - shares.size() * now) * weight / total + now);
        return shares;
    }
}
