package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Torch;

/**
 * The encoder's distribution of a latent: an independent normal distribution for each value.
 *
 * @param mean (B, L, h, w)
 * @param logVariance (B, L, h, w), -30 to 20
 */
record Posterior(NDArray mean, NDArray logVariance) {
    private static final double MIN_LOG_VARIANCE = -30;
    private static final double MAX_LOG_VARIANCE = 20;

    /** From the encoder's output, the mean followed by the logarithm of the variance: (B, 2 L, h, w). */
    static Posterior of(NDArray moments) {
        long channels = moments.getShape().get(1) / 2;
        NDArray logVariance = Torch.narrow(moments, 1, channels, channels); // (B, L, h, w)
        return new Posterior(
                Torch.narrow(moments, 1, 0, channels), Torch.clamp(logVariance, MIN_LOG_VARIANCE, MAX_LOG_VARIANCE));
    }

    /**
     * Draws latents.
     *
     * @param noise (B, L, h, w), normal with mean 0 and variance 1
     */
    NDArray sample(NDArray noise) {
        NDArray deviation = Torch.scale(logVariance, 0.5).exp(); // (B, L, h, w)
        return mean.add(deviation.mul(noise)); // (B, L, h, w)
    }

    /** The KL divergence from the standard normal distribution, of each image: (B) */
    NDArray divergence() {
        NDArray terms = Torch.shift(mean.mul(mean).add(logVariance.exp()).sub(logVariance), -1); // (B, L, h, w)
        return Torch.scale(terms.sum(new int[] {1, 2, 3}), 0.5); // (B)
    }
}
