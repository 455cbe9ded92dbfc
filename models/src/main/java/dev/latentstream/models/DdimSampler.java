package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.Backbone.Text;
import java.util.Arrays;

/**
 * Makes latents from noise in few steps: DDIM without fresh noise (arXiv 2010.02502), with classifier-free guidance (arXiv
 * 2207.12598). The steps are those of Stable Diffusion: evenly spaced from 1, the last one ending at step 0.
 */
public final class DdimSampler {
    private final DiffusionSchedule schedule;
    private final int stride;
    private final int[] steps;

    /** @param count how many of the schedule's steps are taken */
    public DdimSampler(DiffusionSchedule schedule, int count) {
        if (count < 1 || count >= schedule.steps()) {
            throw new IllegalArgumentException(
                    "%d steps of a schedule of %d; at least 1 and fewer than all".formatted(count, schedule.steps()));
        }
        this.schedule = schedule;
        stride = schedule.steps() / count;
        steps = new int[count];
        Arrays.setAll(steps, i -> (count - 1 - i) * stride + 1);
    }

    /** The steps in the order in which they are taken, the noisiest first. */
    public int[] steps() {
        return steps.clone();
    }

    /**
     * noise (B, C, H, W) -> latent (B, C, H, W), by the trained network
     *
     * @param given what is to be seen
     * @param empty the text that training put in place of a dropped caption, for as many images
     * @param guidance how far beyond the given text's prediction to go, away from the empty text's; 1 for not at all
     */
    public NDArray sample(UNet2DConditionModel network, NDArray noise, Text given, Text empty, double guidance) {
        return Torch.withoutGradients(() -> {
            NDArray x = noise;
            for (int step : steps) {
                NDArray current = x;
                x = Torch.scoped(() -> towards(current, predict(network, current, step, given, empty, guidance), step));
            }
            return x;
        });
    }

    /** x and its predicted noise at a step (B, C, H, W) -> x at the step after it (B, C, H, W) */
    private NDArray towards(NDArray x, NDArray noise, int step) {
        double signal = schedule.signal(step);
        int next = Math.max(0, step - stride);
        double kept = schedule.signal(next) / signal;
        return Torch.scale(x, kept).add(Torch.scale(noise, schedule.noise(next) - kept * schedule.noise(step)));
    }

    private static NDArray predict(
            UNet2DConditionModel network, NDArray x, int step, Text given, Text empty, double guidance) {
        float[] steps = new float[Math.toIntExact(x.getShape().get(0))];
        Arrays.fill(steps, step);
        NDArray with = network.forward(Pass.PLAIN, x, steps, given);
        if (guidance == 1) {
            return with;
        }
        NDArray without = network.forward(Pass.PLAIN, x, steps, empty);
        return without.add(Torch.scale(with.sub(without), guidance));
    }
}
