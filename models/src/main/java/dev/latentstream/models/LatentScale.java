package dev.latentstream.models;

import java.util.Collections;
import java.util.List;

/** Shift and scale of each latent channel that bring an autoencoder's latents to about mean 0 and variance 1. */
record LatentScale(List<Double> mean, List<Double> deviation) {
    LatentScale {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != deviation.size()) {
            throw new IllegalArgumentException(
                    "%d means and %d deviations of latent channels".formatted(mean.size(), deviation.size()));
        }
        if (deviation.stream().anyMatch(d -> !(d > 0))) {
            throw new IllegalArgumentException("latent deviations %s are not all above 0".formatted(deviation));
        }
    }

    /** Leaves latents as they are. */
    static LatentScale none(int channels) {
        return new LatentScale(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
    }
}
