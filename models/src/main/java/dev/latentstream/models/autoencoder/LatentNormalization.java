package dev.latentstream.models.autoencoder;

import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Mean and standard deviation of each latent channel, which bring an autoencoder's latents to about mean 0 and variance 1. */
public record LatentNormalization(List<Double> mean, List<Double> std) {
    public LatentNormalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "%d means and %d deviations of latent channels".formatted(mean.size(), std.size()));
        }
        if (std.stream().anyMatch(d -> !(d > 0))) {
            throw new IllegalArgumentException("latent deviations %s are not all above 0".formatted(std));
        }
    }

    /** Leaves latents as they are. */
    public static LatentNormalization none(int channels) {
        return new LatentNormalization(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
    }

    /**
     * Reads diffusers' configuration: (latent - shift_factor) * scaling_factor, or a mean and a deviation per channel.
     *
     * @param defaultFactor the {@code scaling_factor} if the file has none
     */
    static LatentNormalization read(ModelConfig json, int channels, double defaultFactor) throws IOException {
        double factor = json.number("scaling_factor", defaultFactor);
        if (!(factor > 0)) {
            throw json.fault("scaling_factor", "it must be above 0");
        }
        List<Double> mean = json.has("latents_mean")
                ? json.numbers("latents_mean")
                : Collections.nCopies(channels, json.number("shift_factor", 0));
        List<Double> deviation =
                json.has("latents_std") ? json.numbers("latents_std") : Collections.nCopies(channels, 1.0);
        if (mean.size() != channels) {
            throw json.fault("latents_mean", "expected %d values".formatted(channels));
        }
        return new LatentNormalization(
                mean, deviation.stream().map(d -> d / factor).toList());
    }

    /** The mean and deviation of given latents. */
    public static LatentNormalization of(LatentBatch latents) {
        int plane = latents.height() * latents.width();
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (int channel = 0; channel < latents.channels(); channel++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < latents.count() * plane; i++) {
                int latent = i / plane;
                double value = latents.values()[(latent * latents.channels() + channel) * plane + i % plane];
                sum += value;
                squares += value * value;
            }
            double mean = sum / (latents.count() * plane);
            means.add(mean);
            deviations.add(Math.sqrt(squares / (latents.count() * plane) - mean * mean));
        }
        return new LatentNormalization(means, deviations);
    }

    /** Part of the ids of models: these words stay, whatever the components are called. */
    String identity() {
        return "LatentScale[mean=%s, deviation=%s]".formatted(mean, std);
    }
}
