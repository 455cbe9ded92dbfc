package dev.latentstream.app.compare;

import dev.latentstream.models.backbone.ModelCost;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The results of a run.
 *
 * @param network kind of its network
 * @param cost at the size of its latents and texts
 * @param imagesPerSecond training throughput
 * @param steps its trained steps, from the first one on
 * @param grids its sample grids, by step
 */
record ComparedRun(
        String name,
        String network,
        ModelCost cost,
        double imagesPerSecond,
        List<Step> steps,
        NavigableMap<Long, Path> grids) {
    private static final int LARGEST_WINDOW = 50;

    ComparedRun {
        steps = List.copyOf(steps);
        grids = Collections.unmodifiableNavigableMap(new TreeMap<>(grids));
    }

    /**
     * A trained step.
     *
     * @param samples trained from the run's start to this step
     * @param loss mean loss of its samples
     */
    record Step(long samples, float loss) {}

    long lastStep() {
        return steps.size();
    }

    /** Returns the number of samples trained up to a step. */
    long samples(long step) {
        return step == 0 ? 0 : steps.get(Math.toIntExact(step) - 1).samples();
    }

    /** Returns the MACs of forward and backward passes up to a step. */
    double compute(long step) {
        return (double) cost.trainingMacs() * samples(step);
    }

    /** Returns the step up to which the run has computed most nearly a number of MACs. */
    long stepAt(double compute) {
        long below = 0;
        long above = lastStep();
        while (above - below > 1) {
            long middle = (below + above) / 2;
            if (compute(middle) <= compute) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return compute - compute(below) <= compute(above) - compute ? below : above;
    }

    /** Returns the mean loss of the last tenth of the steps up to one, at most of 50. */
    double loss(long step) {
        int end = Math.toIntExact(step);
        int window = Math.max(1, Math.min(LARGEST_WINDOW, end / 10));
        return steps.subList(Math.max(0, end - window), end).stream()
                .mapToDouble(Step::loss)
                .average()
                .orElse(Double.NaN);
    }
}
