package dev.latentstream.models.image;

import java.util.List;

/**
 * The mean and standard deviation by which pixels are normalised, for red, green and blue.
 *
 * @param mean subtracted from values in [0, 1]
 * @param std divisor of the difference
 */
public record Normalization(List<Double> mean, List<Double> std) {
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != ImageBatch.PLANES || std.size() != ImageBatch.PLANES) {
            throw new IllegalArgumentException("means %s and deviations %s: 3 each are needed".formatted(mean, std));
        }
        if (std.stream().anyMatch(d -> !(d > 0))) {
            throw new IllegalArgumentException("deviations %s are not all above 0".formatted(std));
        }
    }

    /** The same of values that are scaled before. */
    Normalization ofScaled(double scale) {
        return new Normalization(
                mean.stream().map(m -> m / scale).toList(),
                std.stream().map(d -> d / scale).toList());
    }

    /** Part of the ids of models: these words stay, whatever the components are called. */
    public String identity() {
        return "PixelScale[mean=%s, deviation=%s]".formatted(mean, std);
    }
}
