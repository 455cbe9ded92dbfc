package dev.latentstream.models.diffusion;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Torch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The noise schedule: the factors of the latent and of the noise at each step of the forward process.
 *
 * <p>At step t a latent x becomes {@code signal(t) * x + noise(t) * e} with standard normal noise e. Step 0 is almost clean, the last one
 * almost or entirely noise. In the schedules of DDPM (arXiv 2006.11239) the squares of the two factors sum to 1, in that of flow
 * matching (arXiv 2210.02747) the factors themselves do. Immutable.
 */
public final class DiffusionSchedule {
    private static final double LARGEST_BETA = 0.999;
    private static final int FLOW_STEPS = 1000;

    private final NoiseLevel[] levels;
    private final boolean flow;
    private final Map<String, Object> description;

    private DiffusionSchedule(NoiseLevel[] levels, boolean flow, Map<String, Object> description) {
        this.levels = levels;
        this.flow = flow;
        this.description = Map.copyOf(description);
    }

    /** The schedule of DDPM: 1000 steps, betas evenly spaced from 0.0001 to 0.02. */
    public static DiffusionSchedule linear() {
        return linear(1000, 0.0001, 0.02);
    }

    /** Betas evenly spaced between the first and the last. */
    public static DiffusionSchedule linear(int steps, double first, double last) {
        checkBetas(steps, first, last);
        double[] betas = new double[steps];
        Arrays.setAll(betas, t -> first + (last - first) * t / (steps - 1));
        return ofBetas(betas, description("linear", first, last));
    }

    /** The schedule of latent diffusion (arXiv 2112.10752): 1000 steps, roots of the betas evenly spaced. */
    public static DiffusionSchedule scaledLinear() {
        return scaledLinear(1000, 0.00085, 0.012);
    }

    /** Betas whose roots are evenly spaced between the roots of the first and the last. */
    public static DiffusionSchedule scaledLinear(int steps, double first, double last) {
        checkBetas(steps, first, last);
        double[] betas = new double[steps];
        Arrays.setAll(betas, t -> {
            double root = Math.sqrt(first) + (Math.sqrt(last) - Math.sqrt(first)) * t / (steps - 1);
            return root * root;
        });
        return ofBetas(betas, description("scaled_linear", first, last));
    }

    /** The cosine schedule (arXiv 2102.09672), in which alpha bar is a squared cosine: 1000 steps, betas at most 0.999. */
    public static DiffusionSchedule cosine() {
        int steps = 1000;
        double[] betas = new double[steps];
        Arrays.setAll(betas, t -> Math.min(LARGEST_BETA, 1 - squaredCosine(t + 1, steps) / squaredCosine(t, steps)));
        return ofBetas(betas, Map.of("beta_schedule", "squaredcos_cap_v2"));
    }

    /**
     * Flow matching on straight lines (arXiv 2209.03003): 1000 steps, the last one noise alone.
     *
     * @param shift above 1 moves the steps towards noise, as large latents need (arXiv 2403.03206); 1 for even steps
     */
    public static DiffusionSchedule flow(double shift) {
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a shift of %s is not above 0".formatted(shift));
        }
        NoiseLevel[] levels = new NoiseLevel[FLOW_STEPS];
        Arrays.setAll(levels, t -> flowLevel((t + 1.0) / FLOW_STEPS, shift));
        return new DiffusionSchedule(levels, true, Map.of("shift", shift));
    }

    /** @param even share of the noise before the shift */
    private static NoiseLevel flowLevel(double even, double shift) {
        double noise = shift * even / (1 + (shift - 1) * even);
        return new NoiseLevel((float) (noise * FLOW_STEPS), 1 - noise, noise);
    }

    /**
     * The same schedule rescaled to zero terminal SNR (arXiv 2305.08891): the last step is noise alone in training, as sampling starts from
     * noise alone. A network that predicts noise cannot be trained on it.
     */
    public DiffusionSchedule zeroTerminal() {
        if (flow) {
            return this;
        }
        double first = levels[0].alpha();
        double last = levels[levels.length - 1].alpha();
        NoiseLevel[] stretched = new NoiseLevel[levels.length];
        Arrays.setAll(stretched, t -> variancePreserving(t, (levels[t].alpha() - last) * first / (first - last)));
        Map<String, Object> more = new HashMap<>(description);
        more.put("rescale_betas_zero_snr", true);
        return new DiffusionSchedule(stretched, false, more);
    }

    /** Number of steps. */
    public int steps() {
        return levels.length;
    }

    /** Returns whether this is the schedule of flow matching, in which the two factors sum to 1 rather than their squares. */
    public boolean isFlow() {
        return flow;
    }

    /** The latent's share of the variance: in the schedules of DDPM, the product of all (1 - beta) up to the step. */
    public double alphaBar(int step) {
        return signal(step) * signal(step);
    }

    /** Factor of the latent. */
    public double signal(int step) {
        return levels[step].alpha();
    }

    /** Factor of the noise. */
    public double noise(int step) {
        return levels[step].sigma();
    }

    /** Its parameters by the names of diffusers' schedulers. */
    Map<String, Object> description() {
        return description;
    }

    NoiseLevel level(int step) {
        return levels[step];
    }

    /**
     * The level after a number of equal parts of the schedule: in flow matching exactly, else that of the nearest step, as in
     * diffusers.
     *
     * @param part 1 to {@code parts}
     */
    NoiseLevel levelAfter(int part, int parts) {
        return description.get("shift") instanceof Double shift
                ? flowLevel((double) part / parts, shift)
                : levels[(int) Math.rint((double) part * levels.length / parts) - 1];
    }

    /** latent (B, C, H, W), noise (B, C, H, W), B steps -> (B, C, H, W) */
    public NDArray noisy(NDArray latent, NDArray noise, int[] steps) {
        NDArray a = factors(latent, steps, NoiseLevel::alpha);
        NDArray b = factors(latent, steps, NoiseLevel::sigma);
        return latent.mul(a).add(noise.mul(b));
    }

    /** A factor for each image, (B, 1, 1, 1), on the device of a tensor. */
    NDArray factors(NDArray like, int[] steps, ToDoubleFunction<NoiseLevel> of) {
        float[] values = new float[steps.length];
        for (int i = 0; i < steps.length; i++) {
            values[i] = (float) of.applyAsDouble(levels[steps[i]]);
        }
        return Torch.tensor(like.getManager(), values, steps.length, 1, 1, 1);
    }

    /** The timesteps that the network is conditioned on. */
    float[] timesteps(int[] steps) {
        float[] times = new float[steps.length];
        for (int i = 0; i < steps.length; i++) {
            times[i] = levels[steps[i]].timestep();
        }
        return times;
    }

    private static DiffusionSchedule ofBetas(double[] betas, Map<String, Object> description) {
        NoiseLevel[] levels = new NoiseLevel[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            product *= 1 - betas[t];
            levels[t] = variancePreserving(t, Math.sqrt(product));
        }
        return new DiffusionSchedule(levels, false, description);
    }

    private static Map<String, Object> description(String name, double first, double last) {
        return Map.of("beta_schedule", name, "beta_start", first, "beta_end", last);
    }

    private static NoiseLevel variancePreserving(int step, double signal) {
        return new NoiseLevel(step, signal, Math.sqrt(1 - signal * signal));
    }

    private static double squaredCosine(int step, int steps) {
        double offset = 0.008; // keeps the first betas above zero
        double cosine = Math.cos(((double) step / steps + offset) / (1 + offset) * Math.PI / 2);
        return cosine * cosine;
    }

    private static void checkBetas(int steps, double first, double last) {
        if (steps < 2 || !(first > 0 && first <= last && last < 1)) {
            throw new IllegalArgumentException(
                    "%d steps with betas from %s to %s; steps are at least 2 and 0 < first <= last < 1"
                            .formatted(steps, first, last));
        }
    }
}
