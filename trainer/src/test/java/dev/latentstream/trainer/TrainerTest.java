package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNetPresets;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.pretrain.BackbonePretraining;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.InMemoryLog;
import dev.latentstream.trainer.feed.LatentFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest extends TrainerFixture {
    @Test
    void aRunLeavesALedgerMetricsCheckpointsAndSamples() throws IOException, InterruptedException {
        Optional<Path> last = train(settings("whole", 6), Optional.empty());

        assertThat(log.steps()).extracting(LedgerStep::getStep).startsWith(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(producer.history()).extracting(ProducerRecord::key).containsOnly("whole");
        assertThat(metrics).extracting(TrainingMetrics::getStep).containsExactly(2L, 4L, 6L);
        TrainingMetrics record = metrics.get(2);
        assertThat(metrics)
                .allSatisfy(report -> assertThat(report.getLosses()).hasSize(2).satisfies(losses -> assertThat(
                                (losses.get(0) + losses.get(1)) / 2)
                        .isCloseTo(report.getLoss(), within(1e-6f))));
        assertThat(record.getSamples()).isEqualTo(24);
        assertThat(record.getMixture()).isEqualTo(Map.of("a", 1.0));
        assertThat(record.getStall()).isBetween(0.0, 1.0);
        assertThat(last).contains(folder.resolve("whole/checkpoints/step-00000006"));
        assertThat(events).containsExactly("2", "4", "step-00000004", "6", "step-00000006", "step-00000006.png");
        byte[] png = Files.readAllBytes(folder.resolve("whole/samples/step-00000006.png"));
        assertThat(png).startsWith(0x89, 'P', 'N', 'G');
        assertThat(meters.value(Meter.TRAINER_STEPS)).isEqualTo(6);
    }

    @Test
    void aRunThatIsKilledAndResumedTakesTheSameSteps() throws IOException, InterruptedException {
        train(settings("whole", 6), Optional.empty());
        List<LedgerStep> uninterrupted = log.steps();
        List<Float> losses = losses();
        metrics.clear();
        log = new InMemoryLog().topic("latents-a", 1, 200);

        Optional<Path> killed = train(settings("cut", 4), Optional.empty());
        train(settings("cut", 6), killed);

        assertThat(log.steps().subList(0, 6))
                .isEqualTo(uninterrupted.subList(0, 6)); // the same images, captions, offsets
        assertThat(losses()).isEqualTo(losses);
        for (String network : List.of("network", "network_ema")) {
            Path weights = Path.of("checkpoints", "step-00000006", network, "diffusion_pytorch_model.safetensors");
            assertThat(folder.resolve("cut").resolve(weights))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(weights));
        }
    }

    @Test
    void theFirstBatchOfARunIsAnnouncedWithTheTimeSinceItsStart() throws IOException, InterruptedException {
        Optional<Path> stopped = train(settings("first", 2), Optional.empty());

        train(settings("first", 4), stopped);

        assertThat(firstBatches).isEqualTo(Map.of(1L, SET_UP, 3L, SET_UP));
    }

    @Test
    void aTrainerWhoseRunWasTakenOverWritesNoCheckpoint() {
        TrainerSettings settings = settings("taken", 6);
        taken = true;

        assertThatThrownBy(() -> train(settings, Optional.empty()))
                .isInstanceOf(ClusterException.class)
                .hasMessage("another trainer has taken the run taken over; this one writes nothing more");

        assertThat(folder.resolve("taken/checkpoints")).doesNotExist();
    }

    @Test
    void theGaugesShowEverySourceThatIsReadAfterAPolicyChange() throws IOException, InterruptedException {
        log.topic("latents-b", 1, 200).topic("latents-c", 1, 200);
        MixturePolicy changed = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("b", 1e-6, "c", 0.0))
                .build();
        mixture = () -> log.steps().size() < 2
                ? new VersionedPolicy<>(0, Fixtures.policy())
                : new VersionedPolicy<>(1, changed);

        train(settings("changed", 4), Optional.empty());

        assertThat(shares(Meter.MIXTURE_WEIGHT)).containsExactly(1 / (1 + 1e-6), 1e-6 / (1 + 1e-6), 0.0);
        assertThat(shares(Meter.MIXTURE_REALISED)).containsExactly(1.0, 0.0, 0.0);
    }

    @Test
    void theTimeOfSamplesBetweenTwoReportsDoesNotCountInTheirRates() throws IOException, InterruptedException {
        TrainerSettings reportsEveryTwoSteps = settings("sampled", 6);
        TrainerSettings samplesEveryThree = reportsEveryTwoSteps.with(s -> s.samples =
                new SampleSettings(s.samples.prompts(), 2, 3, List.of(), s.samples.sampler(), 2, s.samples.guidance()));

        train(samplesEveryThree, Optional.empty());

        assertThat(events).contains("step-00000003.png");
        assertThat(metrics)
                .extracting(TrainingMetrics::getImagesPerSecond)
                .containsExactly(4.0, 4.0, 4.0); // a step of 4 images takes a second
    }

    @Test
    void samplesAreDrawnAtFurtherStepsOnceEach() throws IOException, InterruptedException {
        TrainerSettings further =
                settings("further", 6).with(s -> s.samples = s.samples.withAt(List.of(2L, 5L, 6L, 9L)));

        train(further, Optional.empty());

        assertThat(events)
                .filteredOn(event -> event.endsWith(".png"))
                .containsExactly("step-00000002.png", "step-00000005.png", "step-00000006.png");
    }

    @Test
    void aRunIsDescribedByItsNewestCheckpoint() throws IOException, InterruptedException {
        TrainerSettings settings = settings("described", 6).with(s -> s.samples = s.samples.withAt(List.of(3L)));
        train(settings, Optional.empty());

        TrainedRun run = TrainedRun.read(settings.runFolder()).orElseThrow();

        assertThat(run.run()).isEqualTo("described");
        assertThat(run.step()).isEqualTo(6);
        assertThat(run.format()).isEqualTo(Fixtures.FORMAT);
        assertThat(run.network().configuration())
                .isEqualTo(settings.network(Fixtures.FORMAT, encoder).configuration());
        assertThat(Checkpoints.allSamples(settings.runFolder())).containsOnlyKeys(3L, 6L);
        assertThat(TrainedRun.read(folder.resolve("unknown"))).isEmpty();
        assertThat(Checkpoints.allSamples(folder.resolve("unknown"))).isEmpty();
    }

    private List<Double> shares(Meter meter) {
        return Stream.of("a", "b", "c")
                .map(source -> meters.value(meter, source))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl-td4_4", "pixart-xl", "uvit-h2048-d42-n16"})
    void trainsAndResumesTheTinyVersionOfANetworkOfAnyFamily(String name) throws IOException, InterruptedException {
        backbone = new BackboneSettings(name, null, ModelSize.TINY);

        Optional<Path> killed = train(settings("cut", 4), Optional.empty());
        train(settings("cut", 6), killed);

        assertThat(losses()).hasSize(6);
        assertThat(folder.resolve("cut/samples/step-00000006.png")).isNotEmptyFile();
    }

    @Test
    void startsFromATrainedNetwork() throws IOException, InterruptedException {
        Path trained =
                train(settings("first", 6), Optional.empty()).orElseThrow().resolve("network");
        byte[] weights = Files.readAllBytes(trained.resolve("diffusion_pytorch_model.safetensors"));
        backbone = new BackboneSettings(null, trained, ModelSize.FULL);
        TrainerSettings second = settings("second", 4);
        try (DiffusionTraining started = second.begin(Fixtures.FORMAT, encoder, Device.cpu())) {
            assertThat(started.steps()).isZero();
            started.save(folder.resolve("started"));
        }
        for (String network : List.of("network", "network_ema")) {
            assertThat(folder.resolve("started").resolve(network).resolve("diffusion_pytorch_model.safetensors"))
                    .hasBinaryContent(weights);
        }

        train(second, Optional.empty());

        assertThat(folder.resolve("second/checkpoints/step-00000004")).isDirectory();
        assertThat(events).contains("step-00000000.png"); // from the pretrained weights
        assertThat(second.training().objective().differences(trained)).isEmpty();
    }

    @Test
    void refusesATrainedNetworkThatDoesNotFit() throws IOException, InterruptedException {
        Path trained =
                train(settings("first", 4), Optional.empty()).orElseThrow().resolve("network");
        backbone = new BackboneSettings(null, trained, ModelSize.FULL);
        TrainerSettings settings = settings("second", 4);
        LatentFormat wide = new LatentFormat("encoder", List.of(3, 4, 4), TensorType.FLOAT32);

        assertThatThrownBy(() -> settings.model().newNetwork(wide, encoder))
                .hasMessage("the network of %s takes latents of 2 channels; these have 3", trained);
        try (TextEncoder clip =
                new TextSettings().withFolder(Fixtures.clipTower(folder)).load(Device.cpu())) {
            assertThatThrownBy(() -> settings.model().newNetwork(Fixtures.FORMAT, clip))
                    .hasMessage(
                            "the network of %s has a cross-attention width of 6; the text states of %s have 16: use its own text encoder",
                            trained, clip.id());
        }
        assertThatThrownBy(() -> new BackboneSettings(null, trained, ModelSize.TINY))
                .hasMessage("scale TINY applies to a named network; the one of %s has a fixed size", trained);
        assertThatThrownBy(() -> new BackboneSettings("sdxl", trained, ModelSize.FULL))
                .hasMessage("a network has either a name (sdxl) or a folder (%s), not both", trained);
    }

    @Test
    void theShippedNetworkTakesTheDefaultLatentsTextAndObjective() throws IOException {
        LatentFormat format = new LatentFormat("encoder", List.of(4, 16, 16), TensorType.FLOAT16);
        TrainerSettings settings = new TrainerSettings();
        TrainerSettings shipped = settings.with(s -> s.backbone = BackboneSettings.shipped());
        try (TextEncoder text = settings.text().load(Device.cpu())) {
            assertThat(shipped.model().newNetwork(format, text).configuration())
                    .isEqualTo(new UNet2DConditionModel(UNetPresets.shippedConfig()).configuration());
            assertThat(settings.text().tokens()).isEqualTo(BackbonePretraining.TOKENS);
        }
        assertThat(shipped.backbone().<List<String>>load(settings.training().objective()::differences))
                .isEmpty();
    }

    @Test
    void theShippedNetworkIsRefusedWhereItDoesNotFit() {
        TrainerSettings shipped = new TrainerSettings().with(s -> s.backbone = BackboneSettings.shipped());

        assertThatThrownBy(() -> shipped.model().newNetwork(Fixtures.FORMAT, encoder))
                .hasMessage("the network of scenes-unet takes latents of 4 channels; these have 2");
        assertThatThrownBy(() -> new BackboneSettings("scenes-unet", null, ModelSize.TINY))
                .hasMessage("scale TINY applies to a network without weights; scenes-unet has a fixed size");
    }

    @Test
    void refusesANetworkThatDownsamplesALatentTooOften() {
        backbone = new BackboneSettings("if-xl", null, ModelSize.TINY);

        assertThatThrownBy(() -> train(settings("deep", 4), Optional.empty()))
                .hasMessage("latents of 4 x 4 for a network of 4 levels; they are at least 8 x 8");
    }

    @Test
    void aRunWithAClipTextEncoderHasItsWidthAndRecordsItsId() throws IOException, InterruptedException {
        TextSettings text = new TextSettings().withFolder(Fixtures.clipTower(folder));
        try (TextEncoder clip = text.load(Device.cpu())) {
            encoder = clip;
            Path killed = train(settings("clip", 4), Optional.empty()).orElseThrow();

            train(settings("clip", 6), Optional.of(killed));

            assertThat(RunState.read(killed).feed().run().getTextEncoder()).isEqualTo(clip.id());
            assertThat(losses()).hasSize(6);
            assertThat(folder.resolve("clip/samples/step-00000006.png")).isNotEmptyFile();
        }
    }
}
