package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.Backbone.Text;

/** Trains a network on one batch, again and again. */
final class Learning {
    private Learning() {}

    /**
     * Losses of each step, at a rate of 0.01.
     *
     * @param wanted what the network shall say of the latents
     */
    static float[] losses(Backbone network, NDArray latents, float[] times, Text text, NDArray wanted, int steps) {
        float[] losses = new float[steps];
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < steps; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    losses[step] = Torch.backward(() ->
                                    Torch.meanSquaredError(network.forward(Pass.PLAIN, latents, times, text), wanted))
                            .getFloat();
                    optimiser.step(0.01);
                }
            }
        }
        return losses;
    }
}
