package dev.latentstream.runtime.batch;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static dev.latentstream.runtime.batch.FakeCluster.text;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.batch.FakeCluster.FakeConsumer;
import dev.latentstream.runtime.batch.FakeCluster.FakeProducer;
import dev.latentstream.runtime.batch.PoisonRecordIsolation.Result;
import dev.latentstream.runtime.kafka.DeadLetterReason;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;

/** An engine with Kafka's mock clients, and with a worker and a clock that the test controls. */
abstract class BatchEngineFixture {
    static final TopicPartition ZERO = new TopicPartition("images", 0);
    static final TopicPartition ONE = new TopicPartition("images", 1);
    static final int BATCH_SIZE = 4;

    final FakeCluster cluster = new FakeCluster();
    final Meters meters = new Meters();
    final List<Integer> batchSizes = new ArrayList<>();
    final ManualWorker manual = new ManualWorker();
    long nanos;

    /** Runs a task only on request, so that a test can act between the start and the end of a batch. */
    static final class ManualWorker implements Executor {
        final Deque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void workOnNext() {
            tasks.remove().run();
        }
    }

    record Instance(BatchEngine engine, FakeConsumer consumer, List<FakeProducer> producers) {
        void step(int times) {
            for (int i = 0; i < times; i++) {
                engine.step();
            }
        }

        FakeProducer producer() {
            return producers.get(producers.size() - 1);
        }
    }

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    void add(TopicPartition partition, String... values) {
        for (String value : values) {
            cluster.add(partition, value);
        }
    }

    Instance instance(Executor worker, TopicPartition... partitions) {
        return instance(cluster, worker, partitions);
    }

    Instance instance(FakeCluster on, Executor worker, TopicPartition... partitions) {
        return instance(on, on.consumer(), new ArrayList<>(), worker, partitions);
    }

    Instance instance(
            FakeCluster on,
            FakeConsumer consumer,
            List<FakeProducer> producers,
            Executor worker,
            TopicPartition... partitions) {
        Transactions transactions = new Transactions(
                () -> {
                    producers.add(on.producer());
                    return producers.get(producers.size() - 1);
                },
                meters);
        BatchEngine engine = new BatchEngine(
                "images",
                consumer,
                transactions,
                this::upperCase,
                worker,
                new BatchSettings(BATCH_SIZE, Duration.ofMillis(200), 50, Duration.ofSeconds(1)),
                () -> nanos,
                new BatchMeters("captioning", meters));
        consumer.maxPollRecords = BATCH_SIZE;
        consumer.assignAtNextPoll(partitions);
        return new Instance(engine, consumer, producers);
    }

    private Result upperCase(List<ConsumerRecord<byte[], byte[]>> records) {
        batchSizes.add(records.size());
        Result result = new Result();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String value = text(record.value());
            switch (value) {
                case "broken" -> throw new InfrastructureException("device lost");
                case "dead", "defect" ->
                    result.letters()
                            .add(new Result.Letter(
                                    new DeadLetters("captioning").of(record, new IllegalStateException("dead")),
                                    DeadLetterReason.FAILED));
                default ->
                    result.outputs()
                            .add(new ProducerRecord<>("captions", record.key(), bytes(value.toUpperCase(Locale.ROOT))));
            }
        }
        boolean defect =
                records.stream().anyMatch(record -> text(record.value()).equals("defect"));
        return defect
                ? new Result(result.outputs(), result.letters(), Optional.of(new InfrastructureException("defect")))
                : result;
    }
}
