package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Topics;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Ingest against the bare processing of the same images, with as many threads. Admission, its tables and the topic between the two
 * halves are on Kafka's side only.
 */
final class IngestBenchmark implements StageBenchmark {
    private final StageSettings settings;
    private final List<RawImage> images;

    IngestBenchmark(StageSettings settings, List<RawImage> images) {
        this.settings = settings;
        this.images = images;
    }

    @Override
    public Throughput bare(Cancellation stop) throws InterruptedException {
        int warmUp = BenchPlan.warmUp(images.size());
        ExecutorService pool =
                Executors.newFixedThreadPool(settings.ingest().streams().threads());
        try {
            examine(images.subList(0, warmUp), pool, stop);
            Throughput.Watch watch = new Throughput.Watch();
            examine(images.subList(warmUp, images.size()), pool, stop);
            return watch.of(images.size() - warmUp);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Returns once the threads of the pool have processed all images. */
    private void examine(List<RawImage> some, ExecutorService pool, Cancellation stop) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        Callable<Void> worker = () -> {
            Function<RawImage, Candidate> examination = IngestStage.examination(settings.ingest());
            for (int i = next.getAndIncrement(); i < some.size(); i = next.getAndIncrement()) {
                stop.check();
                Candidate unused = examination.apply(some.get(i));
            }
            return null;
        };
        int threads = settings.ingest().streams().threads();
        for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, worker))) {
            try {
                done.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException reason
                        ? reason
                        : new IllegalStateException(failed.getCause());
            }
        }
    }

    @Override
    public Throughput throughKafka(int round, Cancellation stop) throws InterruptedException {
        int warmUp = BenchPlan.warmUp(images.size());
        return throughKafka(settings, settings.connection(BenchStage.INGEST, round), images, warmUp, stop);
    }

    /** Runs the stage on images that are in its topic already, of which the first are warm-up. */
    static Throughput throughKafka(
            StageSettings settings, KafkaConnection connection, List<RawImage> images, int warmUp, Cancellation stop)
            throws InterruptedException {
        Topics topics = connection.topics();
        new TopicSetup(connection).ensure(topics.fixed());
        try (Meters meters = new Meters();
                Policies policies = new Policies(connection, meters);
                Stage stage = IngestStage.create(connection, settings.ingest(), policies, meters)) {
            policies.start();
            stage.start();
            return StageRun.speed(
                    connection,
                    topics.imagesRaw(),
                    images.stream()
                            .map(image -> new KeyedRecord<>(image.getUri(), image))
                            .toList(),
                    warmUp,
                    stage,
                    () -> Math.round(meters.total(Meter.STAGE_RECORDS, Map.of("stage", IngestStage.NAME))),
                    stop);
        }
    }

    @Override
    public void close() {}
}
