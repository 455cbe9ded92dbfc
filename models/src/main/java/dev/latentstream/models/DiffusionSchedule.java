package dev.latentstream.models;

import ai.djl.ndarray.NDArray;

/**
 * How much of a latent and how much noise there is at each step: the forward process of DDPM (arXiv 2006.11239).
 *
 * <p>At step t a latent x becomes {@code signal(t) * x + noise(t) * e}, e being normal noise; the squares of the two
 * factors sum to 1. Step 0 is almost clean, the last almost noise. Immutable.
 */
public final class DiffusionSchedule {
    private final double[] alphaBars;

    private DiffusionSchedule(double[] alphaBars) {
        this.alphaBars = alphaBars;
    }

    /** The schedule of latent diffusion (arXiv 2112.10752): 1000 steps, roots of the betas evenly spaced. */
    public static DiffusionSchedule scaledLinear() {
        return scaledLinear(1000, 0.00085, 0.012);
    }

    /** Betas whose roots are evenly spaced between the roots of the first and the last. */
    public static DiffusionSchedule scaledLinear(int steps, double first, double last) {
        if (steps < 2 || !(first > 0 && first <= last && last < 1)) {
            throw new IllegalArgumentException(
                    "%d steps with betas from %s to %s; steps are at least 2 and 0 < first <= last < 1"
                            .formatted(steps, first, last));
        }
        double[] alphaBars = new double[steps];
        double product = 1;
        for (int t = 0; t < steps; t++) {
            double root = Math.sqrt(first) + (Math.sqrt(last) - Math.sqrt(first)) * t / (steps - 1);
            product *= 1 - root * root;
            alphaBars[t] = product;
        }
        return new DiffusionSchedule(alphaBars);
    }

    /** Number of steps. */
    public int steps() {
        return alphaBars.length;
    }

    /** Share of the variance that is the latent's, the product of all (1 - beta) up to the step. */
    public double alphaBar(int step) {
        return alphaBars[step];
    }

    /** Factor of the latent. */
    public double signal(int step) {
        return Math.sqrt(alphaBars[step]);
    }

    /** Factor of the noise. */
    public double noise(int step) {
        return Math.sqrt(1 - alphaBars[step]);
    }

    /** latent (B, C, H, W), noise (B, C, H, W), B steps -> (B, C, H, W) */
    public NDArray noisy(NDArray latent, NDArray noise, int[] steps) {
        float[] signals = new float[steps.length];
        float[] noises = new float[steps.length];
        for (int i = 0; i < steps.length; i++) {
            signals[i] = (float) signal(steps[i]);
            noises[i] = (float) noise(steps[i]);
        }
        NDArray a = Torch.tensor(latent.getManager(), signals, steps.length, 1, 1, 1);
        NDArray b = Torch.tensor(latent.getManager(), noises, steps.length, 1, 1, 1);
        return latent.mul(a).add(noise.mul(b));
    }
}
