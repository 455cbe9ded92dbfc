package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.NewThread;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.Headers;

/** A stage that feeds a device in batches: the batch loop through Kafka against its bare processor. */
final class BatchBenchmark implements StageBenchmark {
    private final StageSettings settings;
    private final BenchStage name;
    private final int batchSize;
    private final List<KeyedRecord<Image>> images;
    private final Wiring wiring;
    private final BatchProcessor<Image> processor;
    private final Meters meters = new Meters();

    /** Creates the two sides of a measurement, each with networks of its own. */
    interface Wiring extends AutoCloseable {
        BatchProcessor<Image> processor(KafkaConnection connection, Policies policies, Meters meters)
                throws IOException;

        Stage stage(KafkaConnection connection, Policies policies, Meters meters) throws IOException;

        @Override
        void close();
    }

    /** @param images a multiple of the batch size */
    BatchBenchmark(
            StageSettings settings, BenchStage name, int batchSize, List<KeyedRecord<Image>> images, Wiring wiring)
            throws IOException {
        this.settings = settings;
        this.name = name;
        this.batchSize = batchSize;
        this.images = images;
        this.wiring = wiring;
        KafkaConnection connection = settings.connection(name, 0);
        this.processor = wiring.processor(connection, Policies.fixed(Map.of()), meters);
    }

    @Override
    public Throughput bare(Cancellation stop) throws InterruptedException {
        return NewThread.call(() -> processAll(stop));
    }

    private Throughput processAll(Cancellation stop) throws InterruptedException {
        int warmUp = warmUp();
        process(0, warmUp, stop);
        Throughput.Watch watch = new Throughput.Watch();
        process(warmUp, images.size(), stop);
        return watch.of(images.size() - warmUp);
    }

    private void process(int start, int end, Cancellation stop) throws InterruptedException {
        String topic = settings.connection(name, 0).topics().images().name();
        Headers headers = new StageHeaders(new Random(0)).originate(BenchImages.SOURCE, 0);
        for (int first = start; first < end; first += batchSize) {
            stop.check();
            List<InputRecord<Image>> batch = new ArrayList<>();
            for (int i = first; i < first + batchSize; i++) {
                KeyedRecord<Image> image = images.get(i);
                batch.add(new InputRecord<>(image.key(), image.value(), headers, topic, 0, i, 0));
            }
            List<OutputRecord<?>> unused = processor.process(batch);
        }
    }

    @Override
    public Throughput throughKafka(int round, Cancellation stop) throws IOException, InterruptedException {
        KafkaConnection connection = settings.connection(name, round);
        Topics topics = connection.topics();
        new TopicSetup(connection).ensure(topics.fixed());
        try (Meters counted = new Meters();
                Policies policies = new Policies(connection, counted);
                Stage stage = wiring.stage(connection, policies, counted)) {
            policies.start();
            stage.start();
            return StageRun.speed(
                    connection,
                    topics.images(),
                    images,
                    warmUp(),
                    stage,
                    () -> Math.round(counted.value(Meter.STAGE_RECEIVED, stage.name())),
                    stop);
        }
    }

    /** A multiple of the batch size. */
    private int warmUp() {
        return BenchPlan.warmUp(images.size() / batchSize) * batchSize;
    }

    @Override
    public void close() {
        wiring.close();
        meters.close();
    }
}
