package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.Trainer.Outputs;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.InMemoryLog;
import dev.latentstream.trainer.ledger.TrainingLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a tiny network on latents in memory, with what they leave. */
abstract class TrainerFixture {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration SAMPLING = Duration.ofMinutes(5);
    static final Duration SET_UP = Duration.ofSeconds(2);

    final Meters meters = new Meters();
    MockProducer<String, SpecificRecord> producer = producer();
    final List<TrainingMetrics> metrics = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final Map<Long, Duration> firstBatches = new TreeMap<>(); // time since the start, by step
    private final FakeClock clock = new FakeClock();

    InMemoryLog log = new InMemoryLog().topic("latents-a", 1, 200);
    Supplier<VersionedPolicy<MixturePolicy>> mixture = () -> new VersionedPolicy<>(0, Fixtures.policy());
    boolean taken;
    Consumer<String> moments =
            moment -> {}; // at which a run can be interrupted: "trained 3", "reported 4", "checkpoint 4"
    BackboneSettings backbone = new BackboneSettings();
    TextEncoder encoder = new Fixtures.FakeEncoder();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        meters.close();
    }

    Optional<Path> train(TrainerSettings settings, Optional<Path> from) throws IOException, InterruptedException {
        DiffusionTraining.Config config = settings.training();
        producer = producer();
        Device cpu = Device.cpu();
        try (DiffusionTraining training = from.isPresent()
                        ? DiffusionTraining.resume(config, from.get(), cpu)
                        : settings.begin(Fixtures.FORMAT, encoder, cpu);
                TrainingLog trainingLog = new TrainingLog(
                        settings.run().run(),
                        "ledger",
                        "metrics",
                        producer,
                        TrainerFixture::producer,
                        Duration.ofMinutes(1));
                BatchPrefetch batches = new BatchPrefetch(assembler(settings, from)::ahead, 1, 1)) {
            trainingLog.start();
            if (taken) {
                producer.fenceProducer();
            }
            batches.start();
            SampleWriter samples = new SampleWriter(
                    settings.samples(),
                    settings.model().diffusion(),
                    settings.runFolder().resolve("samples"),
                    encoder,
                    new FakeDecoder());
            Outputs outputs = new Outputs(
                    trainingLog,
                    new Checkpoints(settings.runFolder().resolve("checkpoints"), 2),
                    samples,
                    new Listener());
            return new Trainer(settings, Fixtures.FORMAT, training, outputs, meters, clock::nanoTime)
                    .run(batches, clock.nanoTime() - SET_UP.toNanos(), batch -> {
                        clock.advance(STEP);
                        moments.accept("trained " + batch.step());
                    });
        }
    }

    private BatchAssembler assembler(TrainerSettings settings, Optional<Path> from) throws IOException {
        FeedSnapshot snapshot = from.isPresent()
                ? RunState.read(from.get()).feed()
                : new FeedSnapshot(
                        0,
                        0,
                        settings.facts(Fixtures.FORMAT, encoder.id()),
                        new VersionedPolicy<>(0, Fixtures.policy()),
                        List.of());
        return log.assembler(snapshot, encoder, mixture, meters);
    }

    private static MockProducer<String, SpecificRecord> producer() {
        return new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]);
    }

    List<Float> losses() {
        return metrics.stream().flatMap(report -> report.getLosses().stream()).toList();
    }

    TrainerSettings settings(String run, long steps) {
        return Fixtures.settings(run, folder, steps, backbone);
    }

    private final class Listener implements TrainingListener {
        @Override
        public void firstBatch(long step, Duration after) {
            firstBatches.put(step, after);
        }

        @Override
        public void progress(TrainingMetrics record) {
            metrics.add(record);
            events.add(Long.toString(record.getStep()));
            moments.accept("reported " + record.getStep());
        }

        @Override
        public void checkpoint(Path checkpoint) {
            events.add(checkpoint.getFileName().toString());
            moments.accept("checkpoint " + Checkpoints.step(checkpoint));
        }

        @Override
        public void samples(Path image) {
            events.add(image.getFileName().toString());
        }
    }

    /** Decodes each latent to a grey square, in five minutes. */
    private final class FakeDecoder implements LatentDecoder {
        @Override
        public String encoderId() {
            return Fixtures.FORMAT.encoderId();
        }

        @Override
        public int downsampling() {
            return 1;
        }

        @Override
        public ImageBatch decode(LatentBatch latents) {
            clock.advance(SAMPLING);
            float[] rgb = new float[latents.count() * 3 * 4 * 4];
            java.util.Arrays.fill(rgb, 0.5f);
            return new ImageBatch(latents.count(), 4, 4, rgb);
        }
    }

    private static final class FakeClock {
        private long nanos;

        long nanoTime() {
            return nanos;
        }

        void advance(Duration time) {
            nanos += time.toNanos();
        }
    }
}
