package dev.latentstream.app.bench;

import java.util.List;
import java.util.Locale;

/** The middle of some values, and how far they reach. */
record MedianAndRange(double median, double least, double greatest) {
    /** Of an even number of values, the median is the mean of the two in the middle. */
    public static MedianAndRange of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("0 values have no median");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
        return new MedianAndRange(median, sorted.get(0), sorted.get(size - 1));
    }

    /** {@code least-greatest}, in a number's format. */
    public String range(String format) {
        return String.format(Locale.ROOT, format + "-" + format, least, greatest);
    }
}
