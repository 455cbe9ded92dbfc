package dev.latentstream.app.status;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the response of {@code /metrics}. */
final class PrometheusText {
    /** A sample: name, labels in braces if any, value. Label values may contain spaces and braces, but no line breaks. */
    private static final Pattern SAMPLE = Pattern.compile("(latentstream_\\w+)(\\{.*\\})? (\\S+)");

    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private PrometheusText() {}

    /** Returns the pipeline's own meters by name and labels, without the buckets of histograms. */
    static Map<String, Double> ours(String text) {
        Map<String, Double> meters = new TreeMap<>();
        text.lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches() && !sample.group(1).endsWith("_bucket")) {
                String labels = sample.group(2) == null ? "" : sample.group(2);
                meters.put(sample.group(1) + labels, value(sample.group(3)));
            }
        });
        return meters;
    }

    /** Returns the labels in a meter's name. */
    static Map<String, String> labels(String name) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(name);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
