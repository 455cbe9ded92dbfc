package dev.latentstream.models.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import dev.latentstream.models.weights.Safetensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares schedules, targets, weights and each step of each sampler with diffusers ({@code tools/reference/diffusion.py}). */
class DiffusionReferenceTest {
    private static final int COUNT = 8; // sampling steps, which divide 1000

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private Safetensors file;

    @BeforeEach
    void open() throws IOException {
        file = Safetensors.open(Reference.folder("diffusion").resolve("reference.safetensors"));
    }

    @AfterEach
    void close() throws IOException {
        file.close();
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "scaled_linear", "cosine"})
    void schedulesAgreeAtEveryStep(String name) throws IOException {
        DiffusionSchedule schedule =
                switch (name) {
                    case "linear" -> DiffusionSchedule.linear();
                    case "cosine" -> DiffusionSchedule.cosine();
                    default -> DiffusionSchedule.scaledLinear();
                };

        assertThat(alphaBars(schedule)).containsExactly(floats("alphas." + name), within(1e-5f));
        assertThat(alphaBars(schedule.zeroTerminal()))
                .containsExactly(floats("alphas." + name + ".zero"), within(1e-5f));
        assertThat(schedule.zeroTerminal().signal(999)).isZero();
        assertThat(schedule.zeroTerminal().signal(0)).isCloseTo(schedule.signal(0), within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(
            value = Prediction.class,
            names = {"NOISE", "VELOCITY", "SAMPLE"})
    void targetsAndWeightsAgree(Prediction prediction) throws IOException {
        DiffusionObjective objective = new DiffusionObjective(DiffusionSchedule.scaledLinear(), prediction, 5);
        int[] steps = {3, 700};
        NDArray x = file.tensor(manager, "target.x");
        NDArray noise = file.tensor(manager, "target.noise");
        String expected =
                prediction == Prediction.SAMPLE ? "x" : prediction.name().toLowerCase(Locale.ROOT);

        NDArray target = objective.target(x, noise, steps);

        assertThat(target.toFloatArray()).containsExactly(floats("target." + expected), within(1e-5f));
        float[] weights = floats("weight." + prediction.name().toLowerCase(Locale.ROOT));
        for (int i = 0; i < steps.length; i++) {
            assertThat(prediction.minSnrWeight(objective.schedule().level(steps[i]), 5))
                    .isCloseTo(weights[i], within(1e-4 * weights[i]));
        }
        NDArray predicted = target.add(1); // an error of one everywhere: the loss is the mean of the weights
        assertThat(objective.loss(predicted, target, steps).toFloatArray()[0])
                .isCloseTo((weights[0] + weights[1]) / 2, within(1e-4f));
    }

    /** Every solver, spacing and prediction, also with counts that do not divide the schedule. */
    @ParameterizedTest
    @MethodSource("samplers")
    void samplersAgreeStepByStep(Solver solver, Spacing spacing, Prediction prediction, int count) throws IOException {
        DiffusionObjective objective = new DiffusionObjective(DiffusionSchedule.scaledLinear(), prediction);

        compare(new DiffusionSampler(objective, solver, spacing, count), count, solver, spacing, prediction);
    }

    static Stream<Arguments> samplers() {
        return Stream.of(Solver.values()).flatMap(solver -> Stream.of(Spacing.values())
                .flatMap(spacing -> Stream.of(Prediction.NOISE, Prediction.VELOCITY, Prediction.SAMPLE)
                        .flatMap(prediction -> Stream.of(COUNT, 7, 13, 30)
                                .map(count -> Arguments.of(solver, spacing, prediction, count)))));
    }

    @ParameterizedTest
    @CsvSource({"DDIM, VELOCITY", "DDIM, SAMPLE", "DPM_SOLVER, VELOCITY", "DPM_SOLVER, SAMPLE"})
    void samplersAgreeFromNoiseAlone(Solver solver, Prediction prediction) throws IOException {
        DiffusionSchedule schedule = DiffusionSchedule.scaledLinear().zeroTerminal();
        DiffusionObjective objective = new DiffusionObjective(schedule, prediction);

        for (int count : new int[] {COUNT, 7, 13, 30}) {
            DiffusionSampler sampler = new DiffusionSampler(objective, solver, Spacing.TRAILING, count);
            compare(sampler, count, solver, "zero", prediction);
        }
    }

    @ParameterizedTest
    @CsvSource({"EULER, 1", "EULER, 3", "DPM_SOLVER, 1"})
    void samplersOfFlowsAgree(Solver solver, int shift) throws IOException {
        DiffusionObjective objective = new DiffusionObjective(DiffusionSchedule.flow(shift), Prediction.FLOW);

        for (int count : new int[] {COUNT, 7, 13, 30}) {
            DiffusionSampler sampler = new DiffusionSampler(objective, solver, Spacing.TRAILING, count);
            compare(sampler, count, solver, "flow-" + shift);
        }
    }

    @Test
    void eulerDiffersFromDdimOnlyInItsEnd() throws IOException {
        float[] ddim = floats("ddim.leading.noise.x");
        float[] euler = floats("euler.leading.noise.x");
        int last = ddim.length / COUNT;

        assertThat(Arrays.copyOf(ddim, ddim.length - last))
                .containsExactly(Arrays.copyOf(euler, ddim.length - last), within(1e-4f));
        assertThat(ddim).isNotEqualTo(euler);
    }

    private void compare(DiffusionSampler sampler, int count, Object... parts) throws IOException {
        String key = Stream.of(parts)
                .map(Object::toString)
                .collect(Collectors.joining("."))
                .toLowerCase(Locale.ROOT);
        try (Reference counts = new Reference(manager, "diffusion", "counts.safetensors");
                Reference usual = new Reference(manager, "diffusion")) {
            compare(sampler, count, count == COUNT ? usual : counts, count == COUNT ? "" : "." + count, key);
        }
    }

    private static void compare(DiffusionSampler sampler, int count, Reference reference, String suffix, String key)
            throws IOException {
        NDArray start = reference.tensor("start");
        NDArray slope = reference.tensor("slope");
        List<Double> times = new ArrayList<>();
        List<float[]> taken = new ArrayList<>();

        NDArray end = sampler.sample(start, (x, time) -> {
            times.add((double) time);
            taken.add(x.toFloatArray());
            return x.mul(0.5).add(slope.mul(time / 1000));
        });

        taken.add(end.toFloatArray());
        double[] expectedTimes =
                doubles(reference.tensor(key + ".times" + suffix).toFloatArray());
        assertThat(times.stream().mapToDouble(t -> t).toArray()).containsExactly(expectedTimes, within(1e-3));
        float[] expected = reference.tensor(key + ".x" + suffix).toFloatArray();
        int size = expected.length / count;
        for (int step = 0; step < count; step++) {
            assertThat(taken.get(step + 1))
                    .as("%s, %d steps, after step %d", key, count, step)
                    .containsExactly(Arrays.copyOfRange(expected, step * size, (step + 1) * size), within(2e-4f));
        }
    }

    private float[] floats(String name) throws IOException {
        return file.tensor(manager, name).toFloatArray();
    }

    private static float[] alphaBars(DiffusionSchedule schedule) {
        float[] all = new float[schedule.steps()];
        for (int t = 0; t < all.length; t++) {
            all[t] = (float) schedule.alphaBar(t);
        }
        return all;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }
}
