package dev.latentstream.app.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The time from the change of a mixture policy to the first step under it.
 *
 * @param stepMillis time of a step, which nothing is computed in
 */
record DialResult(long stepMillis, List<Turn> turns) {
    /**
     * One change.
     *
     * @param steps from the step in training when the writing began to the first one under it
     * @param acknowledged from the step in training when the log had the policy to the first one under it
     * @param seconds from the start of the writing to the start of that step
     */
    record Turn(long steps, long acknowledged, double seconds) {}

    DialResult {
        turns = List.copyOf(turns);
    }

    /** Returns the result as text. */
    String line() {
        return String.format(
                Locale.ROOT,
                "dial: %d turns, steps of %d ms: first step under a policy after %.0f steps (p50), %.0f (p99); %.2f s (p50), %.2f (p99);"
                        + " once it was acknowledged, after %.0f steps (p50), %.0f (p99)",
                turns.size(),
                stepMillis,
                percentile(0.5, Turn::steps),
                percentile(0.99, Turn::steps),
                percentile(0.5, Turn::seconds),
                percentile(0.99, Turn::seconds),
                percentile(0.5, Turn::acknowledged),
                percentile(0.99, Turn::acknowledged));
    }

    /** Returns the least value that is not below a share of all. */
    private double percentile(double share, ToDoubleFunction<Turn> value) {
        double[] sorted = turns.stream().mapToDouble(value).sorted().toArray();
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
