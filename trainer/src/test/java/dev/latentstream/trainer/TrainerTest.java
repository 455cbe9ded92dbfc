package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.pretrain.BackbonePretraining;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.Topics;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.BatchAssembler.RunKey;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.LatentQueues;
import dev.latentstream.trainer.feed.LatentRecovery;
import dev.latentstream.trainer.feed.LatentSample;
import dev.latentstream.trainer.feed.RecordPosition;
import dev.latentstream.trainer.feed.SourceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private final Meters meters = new Meters();
    private final MockProducer<String, LedgerStep> ledger =
            new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]);
    private final MockProducer<String, TrainingMetrics> metrics =
            new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]);
    private final List<String> heard = new ArrayList<>();

    private List<String> topics = List.of("latents-a");
    private Supplier<VersionedPolicy<MixturePolicy>> mixture = () -> new VersionedPolicy<>(0, Fixtures.policy());
    private BackboneSettings backbone = new BackboneSettings();
    private TextEncoder encoder = new Fixtures.FakeEncoder();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aRunLeavesALedgerMetricsCheckpointsAndSamples() throws IOException, InterruptedException {
        Optional<Path> last = train(settings("whole", 6), Optional.empty());

        assertThat(ledger.history()).extracting(r -> r.value().getStep()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(ledger.history()).extracting(ProducerRecord::key).containsOnly("whole");
        assertThat(metrics.history()).extracting(r -> r.value().getStep()).containsExactly(2L, 4L, 6L);
        TrainingMetrics record = metrics.history().get(2).value();
        assertThat(record.getSamples()).isEqualTo(24);
        assertThat(record.getMixture()).isEqualTo(Map.of("a", 1.0));
        assertThat(record.getStall()).isBetween(0.0, 1.0);
        assertThat(last).contains(folder.resolve("whole/checkpoints/step-00000006"));
        assertThat(heard).containsExactly("2", "4", "step-00000004", "6", "step-00000006", "step-00000006.png");
        byte[] png = Files.readAllBytes(folder.resolve("whole/samples/step-00000006.png"));
        assertThat(png).startsWith(0x89, 'P', 'N', 'G');
        assertThat(meters.value(Meter.TRAINER_STEPS)).isEqualTo(6);
    }

    @Test
    void aRunThatIsKilledAndResumedTakesTheSameSteps() throws IOException, InterruptedException {
        train(settings("whole", 6), Optional.empty());
        List<LedgerStep> uninterrupted = steps();
        ledger.clear();

        Optional<Path> killed = train(settings("cut", 4), Optional.empty());
        train(settings("cut", 6), killed);

        assertThat(steps()).isEqualTo(uninterrupted); // the same images, captions, offsets and losses
    }

    @Test
    void theGaugesTellOfEverySourceThatIsReadWhenThePolicyHasChanged() throws IOException, InterruptedException {
        topics = List.of("latents-a", "latents-b", "latents-c");
        MixturePolicy turned = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("b", 1e-6, "c", 0.0))
                .build();
        Iterator<VersionedPolicy<MixturePolicy>> policies = Stream.concat(
                        Stream.generate(() -> new VersionedPolicy<>(0, Fixtures.policy()))
                                .limit(2),
                        Stream.generate(() -> new VersionedPolicy<>(1, turned)))
                .iterator();
        mixture = policies::next; // one a batch

        train(settings("turned", 4), Optional.empty());

        assertThat(shares(Meter.MIXTURE_WEIGHT)).containsExactly(1 / (1 + 1e-6), 1e-6 / (1 + 1e-6), 0.0);
        assertThat(shares(Meter.MIXTURE_REALISED)).containsExactly(1.0, 0.0, 0.0);
    }

    private List<Double> shares(Meter meter) {
        return Stream.of("a", "b", "c")
                .map(source -> meters.value(meter, source))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl-td4_4", "pixart-xl", "uvit-h2048-d42-n16"})
    void trainsTheTinyVersionOfANetworkOfAnyFamilyAndGoesOnWithIt(String name)
            throws IOException, InterruptedException {
        backbone = new BackboneSettings(name, null, ModelSize.TINY);

        Optional<Path> killed = train(settings("cut", 4), Optional.empty());
        train(settings("cut", 6), killed);

        assertThat(ledger.history()).extracting(r -> r.value().getStep()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(folder.resolve("cut/samples/step-00000006.png")).isNotEmptyFile();
    }

    @Test
    void goesOnWithATrainedNetwork() throws IOException, InterruptedException {
        Path trained =
                train(settings("first", 6), Optional.empty()).orElseThrow().resolve("network");
        byte[] weights = Files.readAllBytes(trained.resolve("diffusion_pytorch_model.safetensors"));
        backbone = new BackboneSettings(null, trained, ModelSize.FULL);
        TrainerSettings second = settings("second", 4);
        try (DiffusionTraining begun = second.begin(Fixtures.FORM, encoder, Device.cpu())) {
            assertThat(begun.steps()).isZero();
            begun.save(folder.resolve("begun"));
        }
        for (String network : List.of("network", "network_ema")) {
            assertThat(folder.resolve("begun").resolve(network).resolve("diffusion_pytorch_model.safetensors"))
                    .hasBinaryContent(weights);
        }

        train(second, Optional.empty());

        assertThat(folder.resolve("second/checkpoints/step-00000004")).isDirectory();
        assertThat(heard).contains("step-00000000.png"); // what it knew already
        assertThat(second.training().objective().differences(trained)).isEmpty();
    }

    @Test
    void refusesATrainedNetworkThatDoesNotFit() throws IOException, InterruptedException {
        Path trained =
                train(settings("first", 4), Optional.empty()).orElseThrow().resolve("network");
        backbone = new BackboneSettings(null, trained, ModelSize.FULL);
        TrainerSettings settings = settings("second", 4);
        LatentFormat wide = new LatentFormat("encoder", List.of(3, 4, 4), TensorType.FLOAT32);

        assertThatThrownBy(() -> settings.newNetwork(wide, encoder))
                .hasMessage("the network of %s takes latents of 2 channels; these have 3", trained);
        try (TextEncoder clip =
                TextEncoders.open(new TextSettings().withFolder(Fixtures.clipTower(folder)), Device.cpu())) {
            assertThatThrownBy(() -> settings.newNetwork(Fixtures.FORM, clip))
                    .hasMessage(
                            "the network of %s reads texts of width 6; those of %s have 16: give it its own text encoder",
                            trained, clip.id());
        }
        assertThatThrownBy(() -> new BackboneSettings(null, trained, ModelSize.TINY))
                .hasMessage("scale TINY is of a network that has a name; that of %s has its size", trained);
        assertThatThrownBy(() -> new BackboneSettings("sdxl", trained, ModelSize.FULL))
                .hasMessage("a network is taken by its name (sdxl) or from a folder (%s), not by both", trained);
    }

    @Test
    void theShippedNetworkIsTheDefaultOneWithWeights() throws IOException {
        LatentFormat form = new LatentFormat("encoder", List.of(4, 16, 16), TensorType.FLOAT16);
        TrainerSettings settings = new TrainerSettings();
        TrainerSettings shipped = settings.with(s -> s.backbone = BackboneSettings.shipped());
        try (TextEncoder text = TextEncoders.open(settings.text(), Device.cpu())) {
            assertThat(shipped.newNetwork(form, text).configuration())
                    .isEqualTo(settings.newNetwork(form, text).configuration());
            assertThat(settings.text().tokens()).isEqualTo(BackbonePretraining.TOKENS);
        }
        assertThat(shipped.backbone().<List<String>>load(settings.training().objective()::differences))
                .isEmpty();
    }

    @Test
    void theShippedNetworkIsRefusedWhereItDoesNotFit() {
        TrainerSettings shipped = new TrainerSettings().with(s -> s.backbone = BackboneSettings.shipped());

        assertThatThrownBy(() -> shipped.newNetwork(Fixtures.FORM, encoder))
                .hasMessage("the network of scenes-unet takes latents of 4 channels; these have 2");
        assertThatThrownBy(() -> new BackboneSettings("scenes-unet", null, ModelSize.TINY))
                .hasMessage("scale TINY is of a network without weights; scenes-unet has its size");
    }

    @Test
    void refusesANetworkThatHalvesALatentMoreOftenThanItCan() {
        backbone = new BackboneSettings("if-xl", null, ModelSize.TINY);

        assertThatThrownBy(() -> train(settings("deep", 4), Optional.empty()))
                .hasMessage("latents of 4 x 4 for a network of 4 levels; they are at least 8 x 8");
    }

    @Test
    void aRunOnTheStatesOfAClipTowerIsAsWideAsTheseAndRemembersWhichTowerItWas()
            throws IOException, InterruptedException {
        TextSettings text = new TextSettings().withFolder(Fixtures.clipTower(folder));
        try (TextEncoder clip = TextEncoders.open(text, Device.cpu())) {
            encoder = clip;
            Path killed = train(settings("clip", 4), Optional.empty()).orElseThrow();

            train(settings("clip", 6), Optional.of(killed));

            assertThat(RunState.read(killed).textEncoder()).isEqualTo(clip.id());
            assertThat(ledger.history()).extracting(r -> r.value().getStep()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(folder.resolve("clip/samples/step-00000006.png")).isNotEmptyFile();
        }
    }

    private Optional<Path> train(TrainerSettings settings, Optional<Path> from)
            throws IOException, InterruptedException {
        DiffusionTraining.Config config = settings.training();
        Device cpu = Device.cpu();
        try (DiffusionTraining training = from.isPresent()
                        ? DiffusionTraining.resume(config, from.get(), cpu)
                        : settings.begin(Fixtures.FORM, encoder, cpu);
                BatchPrefetch batches = new BatchPrefetch(assembler(settings, from)::next)) {
            batches.start();
            Trainer trainer = new Trainer(
                    settings,
                    Fixtures.FORM,
                    encoder,
                    training,
                    new TrainingLog(settings.run(), "ledger", ledger, "metrics", metrics),
                    new Checkpoints(settings.runFolder().resolve("checkpoints"), 2),
                    new SampleWriter(
                            settings.samples(),
                            settings.diffusion(),
                            settings.runFolder().resolve("samples"),
                            encoder,
                            new FakeDecoder()),
                    meters,
                    new Listener(),
                    System::nanoTime);
            return trainer.run(batches, batch -> {});
        }
    }

    private BatchAssembler assembler(TrainerSettings settings, Optional<Path> from) throws IOException {
        List<SourceState> states = from.isPresent() ? RunState.read(from.get()).sources() : List.of();
        LatentQueues queues = new LatentQueues(1000);
        Map<RecordPosition, LatentSample> log = new HashMap<>();
        for (String topic : topics) {
            TopicPartition at = new TopicPartition(topic, 0);
            long start = LatentRecovery.next(states).getOrDefault(at, 0L);
            queues.open(at, start);
            for (long offset = 0; offset < 60; offset++) {
                LatentSample sample = Fixtures.sample(at, offset);
                log.put(sample.position(), sample);
                if (offset >= start) {
                    queues.put(new Accepted(sample));
                }
            }
        }
        BatchAssembler assembler = new BatchAssembler(
                new RunKey(settings.seed(), settings.batchSize()),
                Fixtures.FORM,
                settings.feed(),
                new Topics(""),
                queues,
                encoder,
                mixture,
                meters);
        if (from.isPresent()) {
            assembler.restore(RunState.read(from.get()).step(), states, log);
        }
        return assembler;
    }

    private List<LedgerStep> steps() {
        return ledger.history().stream().map(ProducerRecord::value).toList();
    }

    private TrainerSettings settings(String run, long steps) {
        return Fixtures.settings(run, folder, steps, backbone);
    }

    private final class Listener implements TrainingListener {
        @Override
        public void progress(TrainingMetrics record) {
            heard.add(Long.toString(record.getStep()));
        }

        @Override
        public void checkpoint(Path checkpoint) {
            heard.add(checkpoint.getFileName().toString());
        }

        @Override
        public void samples(Path picture) {
            heard.add(picture.getFileName().toString());
        }
    }

    /** Each latent becomes a grey square. */
    private static final class FakeDecoder implements LatentDecoder {
        @Override
        public String encoderId() {
            return Fixtures.FORM.encoderId();
        }

        @Override
        public int downsampling() {
            return 1;
        }

        @Override
        public ImageBatch decode(LatentBatch latents) {
            float[] rgb = new float[latents.count() * 3 * 4 * 4];
            java.util.Arrays.fill(rgb, 0.5f);
            return new ImageBatch(latents.count(), 4, 4, rgb);
        }
    }
}
