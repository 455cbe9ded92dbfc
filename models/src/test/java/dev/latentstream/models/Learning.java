package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.AdamW;

/** Trains a network repeatedly on one batch. */
public final class Learning {
    private Learning() {}

    /** The inputs of a network. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Batch(NDArray latents, float[] times, Conditioning text) {}

    /**
     * The loss of each step.
     *
     * @param wanted the target of the prediction
     */
    public static float[] losses(Backbone network, Batch batch, NDArray wanted, int steps, double rate) {
        float[] losses = new float[steps];
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < steps; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    losses[step] = Torch.backward(() -> Torch.meanSquaredError(
                                    network.predict(Pass.PLAIN, batch.latents(), batch.times(), batch.text()), wanted))
                            .getFloat();
                    optimiser.step(rate);
                }
            }
        }
        return losses;
    }
}
