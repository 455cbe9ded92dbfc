package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The sinusoidal embedding of timesteps: cosines, then sines, at frequencies from 1 down to 1/10000. */
public final class SinusoidalEmbedding {
    private SinusoidalEmbedding() {}

    /** Timesteps of B images -> (B, dim) */
    public static NDArray of(NDManager manager, float[] timesteps, int dim) {
        int half = dim / 2;
        float[] values = new float[timesteps.length * dim];
        for (int image = 0; image < timesteps.length; image++) {
            for (int i = 0; i < half; i++) {
                double angle = timesteps[image] * Math.exp(-Math.log(10_000) * i / half);
                values[image * dim + i] = (float) Math.cos(angle);
                values[image * dim + half + i] = (float) Math.sin(angle);
            }
        }
        return Torch.tensor(manager, values, timesteps.length, dim);
    }
}
