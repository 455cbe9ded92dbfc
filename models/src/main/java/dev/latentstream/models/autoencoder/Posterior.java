package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Torch;

/**
 * What a variational autoencoder says of a picture's latent: a normal distribution for each value of it.
 *
 * @param mean (B, L, h, w)
 * @param logVariance (B, L, h, w), -30 to 20
 */
record Posterior(NDArray mean, NDArray logVariance) {
    private static final double LEAST = -30;
    private static final double MOST = 20;

    /** Of mean and logarithm of the variance one behind the other: (B, 2 L, h, w). */
    static Posterior of(NDArray moments) {
        long channels = moments.getShape().get(1) / 2;
        NDArray logVariance = Torch.narrow(moments, 1, channels, channels); // (B, L, h, w)
        return new Posterior(Torch.narrow(moments, 1, 0, channels), Torch.clamp(logVariance, LEAST, MOST));
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

    /** The divergence from the normal distribution of mean 0 and variance 1, of each picture: (B) */
    NDArray divergence() {
        NDArray terms = Torch.shift(mean.mul(mean).add(logVariance.exp()).sub(logVariance), -1); // (B, L, h, w)
        return Torch.scale(terms.sum(new int[] {1, 2, 3}), 0.5); // (B)
    }
}
