package dev.latentstream.models.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Loss of a network on latents that it is not trained on. Every call uses the same noise and the same steps, evenly spread over the
 * schedule, so that values can be compared.
 */
public final class HeldOutLoss {
    private static final long SEED = 0x4E1D;
    private static final int BATCH = 32;

    private final Backbone network;
    private final DiffusionObjective objective;
    private final NDManager manager;

    /**
     * Measures one network.
     *
     * @param manager of the network's weights
     */
    public HeldOutLoss(Backbone network, DiffusionObjective objective, NDManager manager) {
        this.network = network;
        this.objective = objective;
        this.manager = manager;
    }

    /** Returns the mean loss over all latents. */
    public double of(LatentBatch latents, BatchConditioning conditioning) {
        int count = latents.count();
        int size = latents.values().length / count;
        int[] steps = new int[count];
        float[] noise = new float[count * size];
        for (int i = 0; i < count; i++) {
            steps[i] = (int) ((i + 0.5) * objective.schedule().steps() / count);
            SplittableRandom random = Seeds.random(SEED, "noise", i);
            for (int j = i * size; j < (i + 1) * size; j++) {
                noise[j] = (float) random.nextGaussian();
            }
        }
        LatentBatch noises = new LatentBatch(count, latents.channels(), latents.height(), latents.width(), noise);
        double sum = 0;
        for (int from = 0; from < count; from += BATCH) {
            int to = Math.min(from + BATCH, count);
            int[] at = Arrays.copyOfRange(steps, from, to);
            sum += (to - from) * of(latents.slice(from, to), noises.slice(from, to), conditioning.slice(from, to), at);
        }
        return sum / count;
    }

    private double of(LatentBatch latents, LatentBatch noises, BatchConditioning conditioning, int[] at) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray clean = latents.tensor(manager); // (B, C, H, W)
            NDArray noise = noises.tensor(manager); // (B, C, H, W)
            NDArray noisy = objective.schedule().noisy(clean, noise, at); // (B, C, H, W)
            NDArray target = objective.target(clean, noise, at); // (B, C, H, W)
            Conditioning cond = conditioning.on(manager);
            return Torch.withoutGradients(() -> {
                        NDArray prediction = network.predict(
                                Pass.PLAIN, noisy, objective.schedule().timesteps(at), cond); // (B, C, H, W)
                        return objective.loss(prediction, target, at);
                    })
                    .getFloat();
        }
    }
}
