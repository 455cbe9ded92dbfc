package dev.latentstream.models.diffusion;

/**
 * The quantity that a network predicts from a noisy latent: a linear combination of the latent x and the noise e in it.
 *
 * <p>The noisy latent {@code a x + b e} and the prediction {@code p x + q e} are two equations that give both x and e, so every sampler
 * works with every prediction.
 */
public enum Prediction {
    /** The noise e, epsilon (arXiv 2006.11239): determines x poorly at high noise, and not at all at noise alone. */
    NOISE,
    /** The velocity v = a e - b x (arXiv 2202.00512): equally hard at each step. */
    VELOCITY,
    /** The clean latent x, also called x0: diffusers' {@code sample}. */
    SAMPLE,
    /** The velocity v = e - x of flow matching (arXiv 2210.02747). */
    FLOW;

    /** The factor p of the latent. */
    double ofLatent(NoiseLevel level) {
        return switch (this) {
            case NOISE -> 0;
            case VELOCITY -> -level.sigma();
            case SAMPLE -> 1;
            case FLOW -> -1;
        };
    }

    /** The factor q of the noise. */
    double ofNoise(NoiseLevel level) {
        return switch (this) {
            case NOISE, FLOW -> 1;
            case VELOCITY -> level.alpha();
            case SAMPLE -> 0;
        };
    }

    /**
     * The min-SNR weight of the squared error (arXiv 2303.09556), with which an error in x counts {@code min(snr, minSnr)}: without it, steps
     * of little noise outweigh the others. A step of noise alone has weight 0.
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
