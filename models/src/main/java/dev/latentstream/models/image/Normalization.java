package dev.latentstream.models.image;

import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
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
    }

    /** Reads {@code preprocessor_config.json} of a transformers folder. */
    public static Normalization read(Path folder) throws IOException {
        Path file = folder.resolve("preprocessor_config.json");
        ModelConfig json = ModelConfig.read(file);
        try {
            return new Normalization(json.numbers("image_mean"), json.numbers("image_std"));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Part of the ids of models: these words stay, whatever the components are called. */
    public String identity() {
        return "PixelScale[mean=%s, deviation=%s]".formatted(mean, std);
    }
}
