package dev.latentstream.app.bench;

import ai.djl.Device;
import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.PreloadedTopic;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.scenes.SceneImage;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.TrainerSettings;
import dev.latentstream.trainer.TrainerStage;
import dev.latentstream.trainer.TrainingListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A trainer on latents that are in Kafka already, so many that none is drawn twice. They are drawn scenes with their true captions;
 * each image has captions of its own, so that no state of the text encoder comes from its cache.
 */
final class TrainerBenchmark {
    private static final Duration EVERY = Duration.ofMillis(50);

    private final BenchPlan plan;
    private final StageSettings settings;
    private final KafkaConnection connection;

    TrainerBenchmark(BenchPlan plan, StageSettings settings) {
        this.plan = plan;
        this.settings = settings;
        this.connection = settings.connection(BenchStage.TRAINER, 0);
    }

    /** Writes the latents for all rounds. */
    void prepare(Autoencoder autoencoder, Cancellation stop) throws InterruptedException {
        Topic<Latent> topic = connection.topics().latents(BenchImages.SOURCE);
        TopicSetup setup = new TopicSetup(connection);
        setup.ensure(connection.topics().fixed());
        setup.ensure(List.of(topic));
        TrainerSettings trainer = settings.trainer();
        int count =
                plan.steps() * trainer.batchSize() + trainer.feed().buffers().shuffle();
        int batch = settings.encoder().batch().batchSize();
        try (Meters meters = new Meters();
                PreloadedTopic<Latent> delivery = new PreloadedTopic<>(connection, topic)) {
            BatchProcessor<Image> encoder =
                    EncoderStages.encodingProcessor(connection, settings.encoder(), autoencoder, meters);
            for (int first = 0; first < count; first += batch) {
                delivery.write(latents(encoder, first, Math.min(count, first + batch), stop), stop);
                delivery.show();
            }
        }
    }

    private List<KeyedRecord<Latent>> latents(BatchProcessor<Image> encoder, int first, int end, Cancellation stop)
            throws InterruptedException {
        List<RawImage> raw = new ArrayList<>();
        for (int i = first; i < end; i++) {
            int side = settings.encoder().resolution();
            SceneImage image = SceneImage.of(plan.seed(), SceneLimits.all(), side, side, i);
            raw.add(BenchImages.raw(image.png(), Integer.toString(i)));
        }
        List<KeyedRecord<Image>> images = BenchImages.examined(raw, settings.ingest(), stop);
        List<InputRecord<Image>> batch = images.stream()
                .map(image -> new InputRecord<>(image.key(), image.value(), new RecordHeaders(), "images", 0, 0, 0))
                .toList();
        List<OutputRecord<?>> outputs = encoder.process(batch);
        List<KeyedRecord<Latent>> latents = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            int index = Integer.parseInt(images.get(i).value().getUri());
            latents.add(new KeyedRecord<>(
                    images.get(i).key(),
                    new Latent(
                            (Encoding) outputs.get(i).value(),
                            BenchImages.captions(plan.seed(), index, BenchImages.SOURCE))));
        }
        return latents;
    }

    /** Trains a new run and returns its stall. */
    DataStall.Round round(int round, Device device, Cancellation stop) throws IOException, InterruptedException {
        Queue<TrainingMetrics> reports = new ConcurrentLinkedQueue<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void progress(TrainingMetrics metrics) {
                reports.add(metrics);
            }
        };
        TrainerSettings run = run(round);
        try (Meters meters = new Meters();
                Policies policies = new Policies(connection, meters);
                TextEncoder text = run.text().load(device);
                TrainerStage trainer =
                        new TrainerStage(connection, policies, meters, run, text, null, listener, device)) {
            policies.start();
            trainer.start();
            while (!trainer.finished().isDone()) {
                stop.await(EVERY);
            }
            trainer.failure().ifPresent(failure -> {
                throw new Failure("the trainer failed: " + failure, failure);
            });
        }
        return DataStall.Round.of(List.copyOf(reports));
    }

    private TrainerSettings run(int round) {
        return settings.trainer().with(s -> {
            s.run = "round-" + round;
            s.resume = false;
            s.seed = plan.seed();
            s.steps = plan.steps();
            s.metricsEvery = Math.min(s.metricsEvery, plan.steps() / 2);
            s.checkpointEvery = plan.steps(); // one checkpoint, at the end
            s.keepCheckpoints = 1;
        });
    }
}
