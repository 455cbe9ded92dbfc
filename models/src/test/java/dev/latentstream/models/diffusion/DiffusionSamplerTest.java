package dev.latentstream.models.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNetReference;
import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiffusionSamplerTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void samplesAsDiffusersDoes() throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            DiffusionSampler sampler = ddim(8);

            NDArray sampled = sampler.sample(
                    reference.network(),
                    reference.tensor("latent"),
                    reference.text("text"),
                    reference.text("empty"),
                    7.5);

            int[] expected = reference.steps("ddim_steps");
            for (int i = 0; i < expected.length; i++) {
                assertThat(sampler.timesteps()[i]).isEqualTo(expected[i]);
            }
            assertThat(sampler.timesteps()).hasSameSizeAs(expected);
            assertThat(sampled.toFloatArray()).containsExactly(reference.floats("sampled"), within(2e-3f));
        }
    }

    @Test
    void withoutGuidanceTheEmptyTextHasNoEffect() throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            DiffusionSampler sampler = ddim(2);
            UNet2DConditionModel network = reference.network();
            NDArray noise = reference.tensor("latent");

            NDArray one = sampler.sample(network, noise, reference.text("text"), reference.text("empty"), 1);
            NDArray other = sampler.sample(network, noise, reference.text("text"), reference.text("text"), 1);

            assertThat(one.toFloatArray()).isEqualTo(other.toFloatArray());
        }
    }

    /** diffusers adds up the stride in floating point, so that some lists of 48 or 61 steps differ or have a step too many. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 30, 48, 61, 80, 96, 500, 999})
    void trailingStepsAreThoseNearestToEqualParts(int count) {
        DiffusionObjective objective = new DiffusionObjective(DiffusionSchedule.scaledLinear(), Prediction.NOISE);

        float[] timesteps = new DiffusionSampler(objective, Solver.EULER, Spacing.TRAILING, count).timesteps();

        assertThat(timesteps).hasSize(count);
        for (int i = 0; i < count; i++) {
            BigDecimal exact =
                    BigDecimal.valueOf((count - i) * 1000L).divide(BigDecimal.valueOf(count), MathContext.DECIMAL64);
            assertThat((int) timesteps[i])
                    .isEqualTo(exact.setScale(0, RoundingMode.HALF_EVEN).intValueExact() - 1);
        }
    }

    @Test
    void refusesMoreStepsThanThereAre() {
        assertThatThrownBy(() -> ddim(1000))
                .hasMessage("1000 steps of a schedule of 1000; at least 1 and fewer than all");
    }

    private static DiffusionSampler ddim(int count) {
        DiffusionObjective objective = new DiffusionObjective(DiffusionSchedule.scaledLinear(), Prediction.NOISE);
        return new DiffusionSampler(objective, Solver.DDIM, Spacing.LEADING, count);
    }
}
