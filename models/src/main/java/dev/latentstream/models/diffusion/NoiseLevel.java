package dev.latentstream.models.diffusion;

/**
 * A latent x with normal noise e, mixed: {@code signal * x + noise * e}.
 *
 * @param timestep what the network is told of it
 */
record NoiseLevel(float timestep, double alpha, double sigma) {
    /** No noise: where sampling ends. */
    static final NoiseLevel CLEAN = new NoiseLevel(0, 1, 0);

    /** Half the logarithm of {@link #snr}: what DPM-Solver steps along (arXiv 2206.00927). */
    double lambda() {
        return Math.log(alpha) - Math.log(sigma);
    }

    /** Power of the latent by power of the noise. */
    double snr() {
        return alpha * alpha / (sigma * sigma);
    }
}
