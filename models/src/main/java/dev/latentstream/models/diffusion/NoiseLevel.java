package dev.latentstream.models.diffusion;

/**
 * A mixture of a latent x and standard normal noise e: {@code alpha * x + sigma * e}.
 *
 * @param timestep the value that the network is conditioned on
 */
record NoiseLevel(float timestep, double alpha, double sigma) {
    /** Without noise: the end of sampling. */
    static final NoiseLevel CLEAN = new NoiseLevel(0, 1, 0);

    /** Half the logarithm of {@link #snr}, the time variable of DPM-Solver (arXiv 2206.00927). */
    double lambda() {
        return Math.log(alpha) - Math.log(sigma);
    }

    /** Signal-to-noise ratio. */
    double snr() {
        return alpha * alpha / (sigma * sigma);
    }
}
