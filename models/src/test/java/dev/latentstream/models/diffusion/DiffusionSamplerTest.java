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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

            assertThat(sampler.steps()).isEqualTo(reference.steps("ddim_steps"));
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
