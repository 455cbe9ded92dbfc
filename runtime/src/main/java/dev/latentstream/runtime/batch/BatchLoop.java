package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.Instance;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.kafka.StageConsumer;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link BatchProcessor} over a topic with exactly-once semantics: each batch is one call, and its outputs, dead letters and
 * offsets commit in one transaction.
 *
 * <p>For stages that feed a device. A batch is submitted when it is full, or when its first record has waited long enough. Instances
 * with the same name share the partitions.
 */
public final class BatchLoop<I extends SpecificRecord> implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLoop.class);

    /** Time to close the clients after the wait for the current batch. */
    private static final Duration CLIENTS_CLOSE = Duration.ofSeconds(10);

    private final KafkaConnection connection;
    private final String name;
    private final Topic<I> input;
    private final BatchProcessor<I> processor;
    private final BatchSettings settings;
    private final Meters meters;
    private final FailedRecords failed;
    private final Clients clients;
    private final BatchWorker worker;
    private final MisplacedRecords misplaced;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;
    private @Nullable Thread thread;
    private @Nullable OutputEncoder encoder;

    /** Creates the clients of an instance. */
    record Clients(
            Function<Instance, Consumer<byte[], byte[]>> consumer,
            Function<Instance, Producer<byte[], byte[]>> producer) {}

    /**
     * Creates a loop without starting it.
     *
     * @param name group id and prefix of the transactional id, after the topic prefix
     */
    public BatchLoop(
            KafkaConnection connection,
            String name,
            Topic<I> input,
            BatchProcessor<I> processor,
            BatchSettings settings,
            Meters meters) {
        this(connection, name, input, processor, settings, meters, FailedRecords.DEAD_LETTERS);
    }

    /** Creates a loop with another treatment of failed records. */
    public BatchLoop(
            KafkaConnection connection,
            String name,
            Topic<I> input,
            BatchProcessor<I> processor,
            BatchSettings settings,
            Meters meters,
            FailedRecords failed) {
        this(connection, name, input, processor, settings, meters, failed, clients(connection, name, settings, meters));
    }

    BatchLoop(
            KafkaConnection connection,
            String name,
            Topic<I> input,
            BatchProcessor<I> processor,
            BatchSettings settings,
            Meters meters,
            FailedRecords failed,
            Clients clients) {
        this.connection = connection;
        this.name = name;
        this.input = input;
        this.processor = processor;
        this.settings = settings;
        this.meters = meters;
        this.failed = failed;
        this.clients = clients;
        this.worker = new BatchWorker(name);
        this.misplaced = new MisplacedRecords(name, connection.settings().partitions(), meters);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() {
        Instance instance = connection.claimInstance(name);
        try {
            start(instance);
        } catch (Throwable failure) {
            instance.close();
            throw failure;
        }
    }

    private void start(Instance instance) {
        OutputEncoder outputs = new OutputEncoder(connection);
        encoder = outputs;
        PoisonRecordIsolation<I> isolation = new PoisonRecordIsolation<>(
                connection.deserializer(input),
                processor,
                outputs,
                new DeadLetters(name),
                failed,
                connection.settings().faults().errorsTolerance(),
                settings.failuresInARow());
        Consumer<byte[], byte[]> consumer = clients.consumer().apply(instance);
        Meters.Binding binding = meters.bind(consumer);
        BatchEngine engine = new BatchEngine(
                input.name(),
                consumer,
                new Transactions(() -> clients.producer().apply(instance), meters),
                records -> {
                    records.forEach(this::noteMisplaced);
                    return isolation.work(records);
                },
                worker,
                settings,
                System::nanoTime,
                new BatchMeters(name, meters));
        Thread loop = Threads.daemon(name, () -> {
            run(engine);
            worker.stop();
            binding.close();
            instance.close();
        });
        thread = loop;
        loop.start();
    }

    private void noteMisplaced(ConsumerRecord<byte[], byte[]> record) {
        if (input.joinable() && record.key() != null && misplaced.partition(record.key()) != record.partition()) {
            misplaced.count(record.topic(), record.partition(), record.offset());
        }
    }

    /**
     * Commits the current batch if it finishes in time, and drops the queued ones. Partitions and instance id are then free for
     * others. Resources of the processor may be closed only after this returns, because until then it may still be running.
     */
    @Override
    public void close() {
        closing = true;
        connection.endPatience();
        if (thread != null) {
            awaitLoop(thread);
        }
        worker.close();
        if (encoder != null) {
            encoder.close();
        }
    }

    private void awaitLoop(Thread loop) {
        if (!Threads.join(loop, settings.closeWithin().plus(CLIENTS_CLOSE))) {
            LOG.atWarn().addKeyValue("stage", name).log("not closed in time: its open transaction will be aborted");
            loop.interrupt();
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void run(BatchEngine engine) {
        try (engine) {
            while (!closing) {
                engine.step();
            }
            engine.finish(settings.closeWithin());
        } catch (Throwable broken) {
            failure = broken;
            if (closing) {
                LOG.atWarn()
                        .addKeyValue("stage", name)
                        .setCause(broken)
                        .log("closed without its last batch, which is processed again after the next start");
            } else {
                LOG.atInfo()
                        .addKeyValue("stage", name)
                        .setCause(broken)
                        .log("failed"); // whoever runs the stage reports it
            }
        }
    }

    private static Clients clients(KafkaConnection connection, String name, BatchSettings settings, Meters meters) {
        return new Clients(
                instance -> {
                    Map<String, Object> properties = connection.consumerProperties(instance);
                    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchSize());
                    return new StageConsumer(
                            properties, name, connection.settings().faults(), meters);
                },
                instance -> new KafkaProducer<>(
                        connection.transactionalProperties(instance.id()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()));
    }
}
