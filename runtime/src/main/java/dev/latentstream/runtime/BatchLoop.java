package dev.latentstream.runtime;

import dev.latentstream.schemas.Topic;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link BatchProcessor} over a topic, exactly once: each batch is one call, and within one transaction, which holds its
 * outputs, its dead letters and the positions behind it.
 *
 * <p>For stages that feed a device. A batch is full, or its first record has waited long enough. Instances of the same name share
 * the partitions.
 */
public final class BatchLoop<I extends SpecificRecord> implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLoop.class);

    /** What closing the clients may take beyond the wait for the batch in hand. */
    private static final long CLIENTS_MILLIS = 10_000;

    private final KafkaConnection connection;
    private final String name;
    private final Topic<I> input;
    private final BatchProcessor<I> processor;
    private final BatchSettings settings;
    private final Meters meters;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;
    private @Nullable Thread thread;

    /**
     * Starts nothing yet.
     *
     * @param name group id and stem of the transactional id, behind the prefix of the topics
     */
    public BatchLoop(
            KafkaConnection connection,
            String name,
            Topic<I> input,
            BatchProcessor<I> processor,
            BatchSettings settings,
            Meters meters) {
        this.connection = connection;
        this.name = name;
        this.input = input;
        this.processor = processor;
        this.settings = settings;
        this.meters = meters;
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
        OutputEncoder encoder = new OutputEncoder(connection);
        Isolation<I> isolation = new Isolation<>(
                connection.deserializer(input), processor, encoder, new DeadLetters(name), settings.failuresInARow());
        ExecutorService worker = Executors.newSingleThreadExecutor(task -> daemon(task, name + "-worker"));
        Consumer<byte[], byte[]> consumer = consumer(instance);
        Meters.Binding binding = meters.bind(consumer);
        BatchEngine engine = new BatchEngine(
                name,
                input.name(),
                consumer,
                new Transactions(producers(instance), meters),
                isolation::work,
                worker,
                settings,
                System::nanoTime,
                meters);
        thread = daemon(
                () -> {
                    run(engine);
                    worker.shutdownNow();
                    binding.close();
                    encoder.close();
                    instance.close();
                },
                name);
        thread.start();
    }

    /** Commits the batch that is being worked on, if it is done in time, and drops what waits behind it. */
    @Override
    public void close() {
        closing = true;
        if (thread == null) {
            return;
        }
        try {
            thread.join(settings.closeWithin().toMillis() + CLIENTS_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.atWarn().addKeyValue("stage", name).log("not closed in time: its open transaction will be aborted");
            thread.interrupt();
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
            LOG.atError().addKeyValue("stage", name).setCause(broken).log("failed");
        }
    }

    private Consumer<byte[], byte[]> consumer(Instance instance) {
        Map<String, Object> properties = connection.consumerProperties(instance);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchSize());
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Supplier<Producer<byte[], byte[]>> producers(Instance instance) {
        Map<String, Object> properties = connection.transactionalProperties(instance.id());
        return () -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
