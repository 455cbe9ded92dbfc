package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.models.backbone.UNetPresets;
import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.models.diffusion.StepComputation;
import dev.latentstream.trainer.feed.settings.BufferSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerSettingsTest {
    private final TrainerSettings settings = new TrainerSettings();

    @Test
    void theDefaultsOfARun() {
        assertThat(settings.run()).isEqualTo(new RunSettings("run", Path.of("data", "training"), 1, 0, 32, 10));
        assertThat(settings.resuming()).isEqualTo(new ResumeSettings(true, 0, false, false, false));
        assertThat(settings.checkpoints()).isEqualTo(new CheckpointSettings(500, 3));
        assertThat(settings.optimiser()).isEqualTo(new OptimiserSettings(1e-3, 100, 0.2, 0.01, 1.0, 0.999));
        assertThat(settings.text()).isEqualTo(new TextSettings(null, 48, 1, 256 << 20));
    }

    @Test
    void theDefaultsOfTheFeed() {
        assertThat(settings.feed())
                .isEqualTo(new FeedSettings(
                        FeedSettings.WhenDry.REPEAT,
                        FeedSettings.StartAt.EARLIEST,
                        new BufferSettings(2048, 64, 256, 1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        1000,
                        Duration.ofSeconds(60)));
    }

    @Test
    void theDefaultsOfSamplesAndNetwork() {
        assertThat(settings.samples().prompts()).hasSize(8);
        assertThat(settings.samples().columns()).isEqualTo(4);
        assertThat(settings.samples().every()).isEqualTo(500);
        assertThat(settings.samples().at()).isEmpty();
        assertThat(settings.samples().sampler()).isEqualTo(Solver.DDIM);
        assertThat(settings.samples().samplerSteps()).isEqualTo(30);
        assertThat(settings.samples().guidance()).isEqualTo(4.0);
        assertThat(settings.model().network().config(4, 384)).isEqualTo(UNetPresets.small(4, 384));
    }

    @Test
    void aCopyKeepsWhatIsNotChanged() {
        TrainerSettings odd = new TrainerSettings(
                new RunSettings("odd", Path.of("elsewhere"), 2, 3, 4, 5),
                new ResumeSettings(false, 8, true, true, true),
                new CheckpointSettings(6, 7),
                new ModelSettings(
                        new BackboneSettings("sdxl", null, ModelSize.TINY),
                        new NetworkSettings(List.of(8, 16), List.of(0, 1), 1, 1, 8, 4, false, TimeScaleShift.ADD),
                        new DiffusionSettings(),
                        new TextSettings(null, 24, 2, 16)),
                StepComputation.PLAIN,
                new OptimiserSettings(1e-4, 1, 0, 0, 1, 0),
                Fixtures.feed(FeedSettings.WhenDry.WAIT, 8, 3),
                new SampleSettings(List.of("a boat"), 1, 1, List.of(2L), Solver.DDIM, 1, 1));

        assertThat(odd.with(s -> {})).isEqualTo(odd);
        assertThat(odd.with(s -> s.seed = 9).with(s -> s.seed = 2)).isEqualTo(odd);
        assertThat(odd.with(s -> s.steps = 8).run().steps()).isEqualTo(8);
    }

    @Test
    void refusesInvalidSettingsWithValueAndBound() {
        assertThatThrownBy(() -> settings.with(s -> s.batchSize = 0))
                .hasMessage("batch-size 0 is not between 1 and 65536");
        assertThatThrownBy(() -> new TextSettings(null, 2, 1, 1)).hasMessage("tokens 2 is not between 3 and 512");
        assertThatThrownBy(() -> new OptimiserSettings(0, 1, 0, 0, 1, 0)).hasMessageStartingWith("learning-rate 0.0");
        assertThatThrownBy(
                        () -> new NetworkSettings(List.of(64), List.of(0, 1), 1, 1, 32, 16, false, TimeScaleShift.ADD))
                .hasMessage("channels has 1 levels and depths has 2; they must be equal");
        assertThatThrownBy(() -> new NetworkSettings(List.of(30), List.of(0), 1, 1, 10, 16, false, TimeScaleShift.ADD))
                .hasMessage("30 channels do not split by groups 16");
    }
}
