package dev.latentstream.app.bench.measure;

import java.util.List;
import java.util.Locale;

/** The median of some values, with their least and greatest. */
public record MedianAndRange(double median, double least, double greatest) {
    /** Computes both; of an even number of values the median is the mean of the middle two. */
    public static MedianAndRange of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("0 values have no median");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
        return new MedianAndRange(median, sorted.get(0), sorted.get(size - 1));
    }

    /** Returns {@code least-greatest}, each in a number format. */
    public String range(String format) {
        return String.format(Locale.ROOT, format + "-" + format, least, greatest);
    }
}
