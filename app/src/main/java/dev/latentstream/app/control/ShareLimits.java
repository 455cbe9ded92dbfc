package dev.latentstream.app.control;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.settings.Checks;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The limits of what a controller may write.
 *
 * @param floor lowest share of a source
 * @param ceiling highest share of a source
 * @param greatestChange largest difference of a share to the one before
 */
record ShareLimits(double floor, double ceiling, double greatestChange) {
    private static final int HALVINGS = 100;

    ShareLimits {
        Checks.between("floor", floor, 0, 1);
        Checks.between("ceiling", ceiling, floor, 1);
        Checks.between("max-change", greatestChange, 1e-6, 1);
    }

    /** Refuses limits that the shares of so many sources cannot all keep. */
    void check(int sources) {
        if (floor * sources > 1) {
            throw new Failure("floor %s of %d sources sums to %s, above 1".formatted(floor, sources, floor * sources));
        }
        if (ceiling * sources < 1) {
            throw new Failure(
                    "ceiling %s of %d sources sums to %s, below 1".formatted(ceiling, sources, ceiling * sources));
        }
    }

    /** Returns limits that the shares of so many sources can keep: a lower floor, or a higher ceiling, where these do not fit. */
    ShareLimits fitting(int sources) {
        double equal = 1.0 / sources;
        return new ShareLimits(Math.min(floor, equal), Math.max(ceiling, equal), greatestChange);
    }

    /** Describes what differs from other limits. */
    String difference(ShareLimits asked) {
        return floor == asked.floor()
                ? String.format(
                        Locale.ROOT,
                        "the ceiling is %.4g, since %s for each would sum to less than 1",
                        ceiling,
                        asked.ceiling())
                : String.format(
                        Locale.ROOT,
                        "the floor is %.4g, since %s for each would sum to more than 1",
                        floor,
                        asked.floor());
    }

    /**
     * Returns the shares within the limits that are nearest to the wanted ones: these, all shifted by the same number, then clamped. A share
     * that is outside floor and ceiling moves towards them by at most the greatest change.
     *
     * @param wanted summing to 1
     * @param before of the same sources, summing to 1
     */
    SortedMap<String, Double> apply(Map<String, Double> wanted, Map<String, Double> before) {
        double low = -1;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) { // the sum increases with the shift
            double middle = (low + high) / 2;
            if (sum(shifted(wanted, before, middle)) < 1) {
                low = middle;
            } else {
                high = middle;
            }
        }
        SortedMap<String, Double> shares = shifted(wanted, before, high);
        double sum = sum(shares);
        shares.replaceAll(
                (source, share) -> share / sum); // 1 but for rounding, and for shares far outside floor and ceiling
        return shares;
    }

    private SortedMap<String, Double> shifted(Map<String, Double> wanted, Map<String, Double> before, double shift) {
        SortedMap<String, Double> shares = new TreeMap<>();
        wanted.forEach((source, share) -> {
            double old = before.getOrDefault(source, share);
            double least = Math.max(old - greatestChange, Math.min(floor, old + greatestChange));
            double most = Math.min(old + greatestChange, Math.max(ceiling, old - greatestChange));
            shares.put(source, Math.max(least, Math.min(most, share + shift)));
        });
        return shares;
    }

    private static double sum(Map<String, Double> shares) {
        return shares.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
