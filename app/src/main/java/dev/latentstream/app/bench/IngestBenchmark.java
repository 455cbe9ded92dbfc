package dev.latentstream.app.bench;

import dev.latentstream.ingest.IngestStage;
import dev.latentstream.runtime.KafkaConnection;
import dev.latentstream.runtime.Meter;
import dev.latentstream.runtime.Meters;
import dev.latentstream.runtime.Policies;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.TopicSetup;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.RawImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Ingest against the examination of the same images, with as many threads. Admission, its tables and the topic between the two
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
    public Course bare(Stop stop) throws InterruptedException {
        int threads = settings.ingest().streams().threads();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Course course = new Course();
            AtomicInteger next = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            List<Future<?>> workers = IntStream.range(0, threads)
                    .<Future<?>>mapToObj(thread -> pool.submit(() -> {
                        examine(next, done, course, stop);
                        return null;
                    }))
                    .toList();
            for (Future<?> worker : workers) {
                worker.get();
            }
            return course;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException(failed.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private void examine(AtomicInteger next, AtomicInteger done, Course course, Stop stop) throws InterruptedException {
        Function<RawImage, Candidate> examine = IngestStage.examination(settings.ingest());
        for (int i = next.getAndIncrement(); i < images.size(); i = next.getAndIncrement()) {
            stop.check();
            Candidate unused = examine.apply(images.get(i));
            synchronized (course) {
                course.mark(System.nanoTime(), done.incrementAndGet());
            }
        }
    }

    @Override
    public Course throughKafka(int round, Stop stop) throws InterruptedException {
        KafkaConnection connection = settings.connection(BenchStage.INGEST, round);
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().imagesRaw(),
                        connection.topics().images(),
                        connection.topics().imagesRejected(),
                        connection.topics().control()));
        Keyed.send(
                connection,
                connection.topics().imagesRaw(),
                images.stream().map(image -> new Keyed<>(image.getUri(), image)).toList(),
                stop);
        try (Meters meters = new Meters();
                Policies policies = new Policies(connection, meters);
                Stage stage = IngestStage.create(connection, settings.ingest(), policies, meters)) {
            policies.start();
            stage.start();
            return Watch.until(
                    images.size(),
                    () -> Math.round(meters.total(Meter.STAGE_RECORDS, Map.of("stage", IngestStage.NAME))),
                    stage,
                    stop);
        }
    }

    @Override
    public void close() {}
}
