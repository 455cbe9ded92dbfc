package dev.latentstream.models.diffusion;

/**
 * A latent x with normal noise e, mixed: {@code signal * x + noise * e}.
 *
 * @param time what the network is told of it
 */
record NoiseLevel(float time, double signal, double noise) {
    /** No noise: where sampling ends. */
    static final NoiseLevel CLEAN = new NoiseLevel(0, 1, 0);

    /** Half the logarithm of {@link #snr}: what DPM-Solver steps along (arXiv 2206.00927). */
    double logRatio() {
        return Math.log(signal) - Math.log(noise);
    }

    /** Power of the latent by power of the noise. */
    double snr() {
        return signal * signal / (noise * noise);
    }
}
