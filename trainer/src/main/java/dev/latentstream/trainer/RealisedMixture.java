package dev.latentstream.trainer;

import dev.latentstream.trainer.feed.CaptionChoice;
import dev.latentstream.trainer.feed.ChosenSample;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the samples trained on since the mixture policy last changed, or since the process started. Not thread-safe. */
final class RealisedMixture {
    private final SortedMap<String, Long> sources = new TreeMap<>();
    private final SortedMap<String, Long> choices = new TreeMap<>();
    private final SortedMap<String, Double> lossWeights = new TreeMap<>();
    private long policy = -1;
    private long samples;
    private long captioned;
    private long nouns;

    /** Counts a batch drawn under a version of the policy. */
    void add(long version, Iterable<ChosenSample> batch) {
        if (version != policy) {
            policy = version;
            sources.clear();
            choices.clear();
            lossWeights.clear();
            samples = 0;
            captioned = 0;
            nouns = 0;
        }
        for (ChosenSample sample : batch) {
            samples++;
            sources.merge(sample.source(), 1L, Long::sum);
            choices.merge(sample.choice(), 1L, Long::sum);
            lossWeights.merge(sample.source(), sample.lossWeight(), Double::sum);
            if (sample.caption() != CaptionChoice.NONE) {
                captioned++;
                nouns += sample.nouns();
            }
        }
    }

    long samples() {
        return samples;
    }

    /** Returns the share of each source. */
    SortedMap<String, Double> sourceShares() {
        return shares(sources);
    }

    /** Returns the share of each source in the objective: in the sum of the weights of all losses; empty if that is 0. */
    SortedMap<String, Double> objectiveShares() {
        double sum =
                lossWeights.values().stream().mapToDouble(Double::doubleValue).sum();
        SortedMap<String, Double> shares = new TreeMap<>();
        if (sum > 0) {
            lossWeights.forEach((source, weight) -> shares.put(source, weight / sum));
        }
        return shares;
    }

    /** Returns the share of each caption choice. */
    SortedMap<String, Double> choiceShares() {
        return shares(choices);
    }

    /** Returns the mean number of distinct nouns per caption, without dropped captions. */
    double nounsPerCaption() {
        return captioned == 0 ? 0 : (double) nouns / captioned;
    }

    private SortedMap<String, Double> shares(Map<String, Long> counts) {
        SortedMap<String, Double> shares = new TreeMap<>();
        counts.forEach((name, count) -> shares.put(name, (double) count / samples));
        return shares;
    }
}
