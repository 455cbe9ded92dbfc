package dev.latentstream.models.image;

import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How a network takes the values of pixels, red, green and blue.
 *
 * @param mean of each colour, taken from pixels of 0 to 1
 * @param std of each colour, that they are then divided by
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
}
