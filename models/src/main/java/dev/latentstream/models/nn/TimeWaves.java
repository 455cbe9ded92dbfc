package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What a network sees of a noise step: its cosines, then its sines, at frequencies from 1 down to 1/10000. */
public final class TimeWaves {
    private TimeWaves() {}

    /** steps of B images -> (B, width) */
    public static NDArray of(NDManager manager, float[] steps, int width) {
        int half = width / 2;
        float[] waves = new float[steps.length * width];
        for (int image = 0; image < steps.length; image++) {
            for (int i = 0; i < half; i++) {
                double angle = steps[image] * Math.exp(-Math.log(10_000) * i / half);
                waves[image * width + i] = (float) Math.cos(angle);
                waves[image * width + half + i] = (float) Math.sin(angle);
            }
        }
        return Torch.tensor(manager, waves, steps.length, width);
    }
}
