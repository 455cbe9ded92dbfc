package dev.latentstream.models.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.backbone.UNetReference;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiffusionScheduleTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final DiffusionSchedule schedule = DiffusionSchedule.scaledLinear();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void agreesWithDiffusersAtEveryStep() throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            float[] expected = reference.floats("alphas_cumprod");

            assertThat(schedule.steps()).isEqualTo(expected.length);
            for (int t = 0; t < expected.length; t++) {
                assertThat(schedule.alphaBar(t)).isCloseTo(expected[t], within(1e-5));
            }
        }
    }

    @Test
    void addsNoiseAsDiffusersDoes() throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            NDArray noisy =
                    schedule.noisy(reference.tensor("latent"), reference.tensor("noise"), reference.steps("steps"));

            assertThat(noisy.toFloatArray()).containsExactly(reference.floats("noisy"), within(1e-5f));
        }
    }

    @Test
    void theVariancesOfSignalAndNoiseSumToOne() {
        for (int t = 0; t < schedule.steps(); t++) {
            double sum = Math.pow(schedule.signal(t), 2) + Math.pow(schedule.noise(t), 2);
            assertThat(sum).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void refusesABetaOfOne() {
        assertThatThrownBy(() -> DiffusionSchedule.scaledLinear(10, 0.1, 1))
                .hasMessageContaining("10 steps with betas from 0.1 to 1.0");
    }

    @Test
    void refusesObjectivesThatTeachNothing() {
        assertThatThrownBy(() -> new DiffusionObjective(schedule.zeroTerminal(), Prediction.NOISE))
                .hasMessageContaining("predicting NOISE teaches nothing about the latent");
        assertThatThrownBy(() -> new DiffusionObjective(schedule, Prediction.FLOW))
                .hasMessage("prediction FLOW needs the schedule of flow matching");
        assertThatThrownBy(() -> new DiffusionObjective(DiffusionSchedule.flow(1), Prediction.VELOCITY))
                .hasMessage("prediction VELOCITY needs a schedule of DDPM; flow matching has FLOW");
        assertThatThrownBy(() -> new DiffusionObjective(schedule, Prediction.VELOCITY, 0))
                .hasMessageStartingWith("min-SNR bound 0.0; it must be above 0");
        assertThatThrownBy(() -> DiffusionSchedule.flow(0)).hasMessage("a shift of 0.0 is not above 0");
    }
}
