package dev.latentstream.models.diffusion;

/**
 * What a network says of a noisy latent: a fixed sum of the latent x and the noise e in it.
 *
 * <p>With the level {@code a x + b e} and what is predicted, {@code p x + q e}, both x and e follow by two equations; so each
 * sampler works with each prediction.
 */
public enum Prediction {
    /** e (arXiv 2006.11239): says little about x where there is much noise, nothing where there is nothing else. */
    NOISE,
    /** a e - b x (arXiv 2202.00512): as hard at each step. */
    VELOCITY,
    /** x. */
    SAMPLE,
    /** e - x: the direction of flow matching. */
    FLOW;

    /** p, the latent's part. */
    double ofLatent(NoiseLevel level) {
        return switch (this) {
            case NOISE -> 0;
            case VELOCITY -> -level.sigma();
            case SAMPLE -> 1;
            case FLOW -> -1;
        };
    }

    /** q, the noise's part. */
    double ofNoise(NoiseLevel level) {
        return switch (this) {
            case NOISE, FLOW -> 1;
            case VELOCITY -> level.alpha();
            case SAMPLE -> 0;
        };
    }

    /**
     * Weight of the squared error that makes an error of x count {@code min(snr, minSnr)} (min-SNR, arXiv 2303.09556): without
     * it, steps of little noise outweigh the others. A step of noise alone has no weight then.
     */
    double minSnrWeight(NoiseLevel level, double minSnr) {
        double snr = level.snr();
        return switch (this) {
            case NOISE -> Math.min(1, minSnr / snr);
            case VELOCITY -> Math.min(snr, minSnr) / (snr + 1);
            case SAMPLE -> Math.min(snr, minSnr);
            case FLOW ->
                throw new IllegalArgumentException(
                        "min-SNR weights are for the schedules of DDPM, not for flow matching");
        };
    }
}
