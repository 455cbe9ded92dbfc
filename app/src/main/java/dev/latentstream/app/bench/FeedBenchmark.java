package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.feed.TrainingBatch;
import dev.latentstream.trainer.feed.settings.BufferSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;

/**
 * The feed of a trainer on latents that are in Kafka already, against Kafka's consumer performance tool on the same topics, and against
 * itself without the ledger. The first quarter of the latents is warm-up: the buffers fill in it.
 */
final class FeedBenchmark {
    private static final List<String> SOURCES = List.of("east", "west");

    private final KafkaConnection connection;
    private final FeedSettings settings;
    private final int latents;
    private final long seed;
    private List<String> topics = List.of();

    /** @param latents in all topics together */
    FeedBenchmark(KafkaConnection connection, FeedSettings settings, int latents, long seed) {
        this.connection = connection;
        this.settings = settings;
        this.latents = latents;
        this.seed = seed;
    }

    /** Writes the latents of all rounds. */
    void prepare(Cancellation stop) throws InterruptedException {
        topics = new FeedLatents(connection, seed).write(SOURCES, latents / SOURCES.size(), stop);
    }

    /** @param name of the runs */
    FeedResult.Round round(String name, int batchSize, Cancellation stop) throws InterruptedException {
        Throughput.Watch watch = new Throughput.Watch();
        double rate = ConsumerPerf.recordsPerSecond(connection.settings().bootstrapServers(), topics, latents);
        Throughput tool = new Throughput(rate, watch.of(latents).cpuMillis());
        Throughput withoutLedger;
        try (RunningFeed feed =
                RunningFeed.unrecorded(connection, name + "-free", settings, batchSize, FeedBenchmark::builtIn)) {
            withoutLedger = rate(feed, batchSize, stop);
        }
        long before = ledgerBytes();
        Throughput recorded;
        try (RunningFeed feed = RunningFeed.recorded(connection, name, settings, batchSize, FeedBenchmark::builtIn)) {
            recorded = rate(feed, batchSize, stop);
        }
        double bytes = (ledgerBytes() - before) / (double) (steps(batchSize) * batchSize);
        return new FeedResult.Round(tool, recorded, withoutLedger, bytes);
    }

    /** Returns the samples a second of a feed, which reads as many records as it draws samples: its buffers are full. */
    private Throughput rate(RunningFeed feed, int batchSize, Cancellation stop) throws InterruptedException {
        long warmUp = BenchPlan.warmUp(steps(batchSize));
        for (long step = 0; step < warmUp; step++) {
            stop.check();
            TrainingBatch unused = feed.next();
        }
        Throughput.Watch watch = new Throughput.Watch();
        long samples = 0;
        for (long step = warmUp; step < steps(batchSize); step++) {
            stop.check();
            samples += feed.next().samples().size();
        }
        return watch.of(samples);
    }

    /** As many steps as leave the buffers full. */
    private int steps(int batchSize) {
        BufferSettings buffers = settings.buffers();
        int perSource =
                buffers.shuffle() + buffers.readAhead() * connection.settings().partitions();
        int drawn = latents - SOURCES.size() * perSource;
        if (drawn < 4 * batchSize) {
            throw new Failure("%d latents are too few for buffers of %d and batches of %d: raise --count"
                    .formatted(latents, perSource * SOURCES.size(), batchSize));
        }
        return drawn / batchSize;
    }

    /** Measures the heap that full buffers take. */
    FeedResult.Memory memory(int batchSize, long recordBytes) throws InterruptedException {
        long before = usedHeap();
        try (RunningFeed feed =
                RunningFeed.unrecorded(connection, "memory", settings, batchSize, FeedBenchmark::builtIn)) {
            for (int step = 0; step < Math.max(4, steps(batchSize) / 4); step++) {
                TrainingBatch unused = feed.next();
            }
            long measured = usedHeap() - before;
            BufferSettings buffers = settings.buffers();
            long held = (long) SOURCES.size()
                    * (buffers.shuffle()
                            + (long) buffers.readAhead() * connection.settings().partitions());
            return new FeedResult.Memory(held, held * recordBytes, measured);
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Returns the mean size of a record on the broker's disk. */
    long recordBytes() throws InterruptedException {
        return topics.stream().mapToLong(this::requireBytes).sum() / latents;
    }

    private long requireBytes(String topic) {
        try {
            return bytes(topic);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private long ledgerBytes() throws InterruptedException {
        return bytes(connection.topics().trainingLedger().name());
    }

    private long bytes(String topic) throws InterruptedException {
        try (Admin admin = connection.admin()) {
            int broker = admin.describeCluster().nodes().get().iterator().next().id();
            Map<String, LogDirDescription> folders = Objects.requireNonNull(admin.describeLogDirs(List.of(broker))
                    .allDescriptions()
                    .get()
                    .get(broker));
            return folders.values().stream()
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(topic))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        } catch (ExecutionException failed) {
            throw new Failure("the size of %s is unknown: %s".formatted(topic, AdminAnswers.reason(failed)), failed);
        }
    }

    private static VersionedPolicy<MixturePolicy> builtIn() {
        return Policies.fixed(Map.of()).mixture();
    }
}
