package dev.latentstream.trainer;

import dev.latentstream.schemas.GroupLoss;
import dev.latentstream.trainer.feed.ChosenSample;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The mean losses of groups of samples, such as those of a source. Each sample counts once, whatever its weight. Not thread-safe. */
final class GroupLosses {
    private final Function<ChosenSample, String> group;
    private final SortedMap<String, Double> sums = new TreeMap<>();
    private final SortedMap<String, Long> counts = new TreeMap<>();

    /** @param group name of the group of a sample */
    GroupLosses(Function<ChosenSample, String> group) {
        this.group = group;
    }

    /** @param losses (B): loss of each sample */
    void add(List<ChosenSample> samples, float[] losses) {
        for (int i = 0; i < losses.length; i++) {
            String name = group.apply(samples.get(i));
            sums.merge(name, (double) losses[i], Double::sum);
            counts.merge(name, 1L, Long::sum);
        }
    }

    /** Returns the mean loss of each group that has a sample. */
    SortedMap<String, GroupLoss> means() {
        SortedMap<String, GroupLoss> means = new TreeMap<>();
        counts.forEach(
                (name, count) -> means.put(name, new GroupLoss((float) (sums.getOrDefault(name, 0.0) / count), count)));
        return means;
    }
}
