package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.ClientProperties;
import dev.latentstream.runtime.kafka.Instance;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageConsumer;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a topology with exactly-once semantics, and sends records that it cannot process to dead-letter topics.
 *
 * <p>A record that cannot be decoded, or whose processing throws, goes to {@code <topic>-dlq} in the same transaction, and the
 * topology continues. A record read from an internal topic goes to the dead-letter topic of the main input. An infrastructure
 * failure stops the stage at once. Too many consecutive failures that no fault of a record explains stop it after their dead letters are
 * committed, so that a restart is past them. No thread is replaced, so that the failure is visible, but for one whose transaction the
 * cluster ended, since the process stood still for longer than {@code transaction.timeout.ms}: what it had not committed is processed again.
 */
public final class StreamsStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsStage.class);

    /** Threads that are replaced in the life of a process: one that stands still more often needs its operator. */
    private static final int MOST_REPLACED = 100;

    private final KafkaConnection connection;
    private final String name;
    private final Topology topology;
    private final Topic<?> mainInput;
    private final StreamsSettings settings;
    private final Meters meters;
    private final AtomicInteger replaced = new AtomicInteger();
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;
    private @Nullable Instance instance;
    private volatile @Nullable KafkaStreams streams;
    private Meters.@Nullable Binding binding;

    /**
     * Creates a stage without starting it.
     *
     * @param name application id after the topic prefix; instances with the same name share the partitions
     * @param topology from {@link #newBuilder}, built with {@link #topologyProperties}
     * @param mainInput its dead-letter topic takes the failed records of internal topics
     */
    public StreamsStage(
            KafkaConnection connection,
            String name,
            Topology topology,
            Topic<?> mainInput,
            StreamsSettings settings,
            Meters meters) {
        this.connection = connection;
        this.name = name;
        this.topology = topology;
        this.mainInput = mainInput;
        this.settings = settings;
        this.meters = meters;
    }

    /** Returns a builder that refuses generated names, which change with the topology and so would lose the state of a stage. */
    public static StreamsBuilder newBuilder() {
        Map<String, Object> properties = new HashMap<>(ClientProperties.topology());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "any"); // required, but without effect on a topology
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "any:1");
        return new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
    }

    /** Returns the properties to build a topology with: {@code builder.build(StreamsStage.topologyProperties())}. */
    public static Properties topologyProperties() {
        Properties properties = new Properties();
        properties.putAll(ClientProperties.topology());
        return properties;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() {
        instance = connection.claimInstance(name);
        streams = new KafkaStreams(topology, properties(instance), clients());
        binding = meters.bind(streams);
        streams.setUncaughtExceptionHandler(this::fail);
        streams.start();
    }

    @Override
    public void close() {
        closing = true;
        connection.endPatience();
        if (binding != null) {
            binding.close();
        }
        if (streams != null && !streams.close(settings.closeWithin())) {
            LOG.atWarn()
                    .addKeyValue("stage", name)
                    .log("not closed within {}: its open transaction will be aborted", settings.closeWithin());
            return; // its threads may still use its state folder, so the instance id stays claimed
        }
        if (instance != null) {
            instance.close();
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Returns the clients of Kafka Streams, with a main consumer that notices lost records. */
    private KafkaClientSupplier clients() {
        return new DefaultKafkaClientSupplier() {
            @Override
            public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
                return new StageConsumer(config, name, connection.settings().faults(), meters);
            }
        };
    }

    /** Returns the configuration of an instance. */
    Properties properties(Instance instance) {
        Properties properties = new Properties();
        properties.putAll(connection.streamsProperties(instance));
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG,
                instance.folderIn(settings.stateDir()).toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitEvery().toMillis());
        properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, mainInput.deadLetters());
        properties.putAll(StreamsDeadLetters.properties(
                name, settings, connection.settings().faults().errorsTolerance(), meters, this::stop));
        return properties;
    }

    /** Begins a close, which commits the records processed so far. Called by a stream thread, which the close waits for. */
    private void stop(InfrastructureException reason) {
        failure = reason;
        LOG.atInfo().addKeyValue("stage", name).setCause(reason).log("stops");
        KafkaStreams running = streams;
        if (running != null) {
            boolean unused = running.close(Duration.ZERO);
        }
    }

    /** Handles the death of a stream thread by shutting the application down, unless only its transaction has expired. */
    StreamThreadExceptionResponse fail(Throwable error) {
        if (isOfExpiredTransaction(error) && replaced.incrementAndGet() <= MOST_REPLACED) {
            LOG.atWarn()
                    .addKeyValue("stage", name)
                    .log(
                            "the cluster ended a transaction that took too long; its records are processed again: {}",
                            FailureWords.describe(error));
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        if (failure == null) { // otherwise this is a consequence of the stop
            failure = error;
        }
        if (closing) {
            LOG.atWarn()
                    .addKeyValue("stage", name)
                    .setCause(error)
                    .log("closed without its last records, which are processed again after the next start");
        } else {
            LOG.atInfo().addKeyValue("stage", name).setCause(error).log("failed"); // whoever runs the stage reports it
        }
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Kafka Streams recovers from some forms of this itself. */
    private static boolean isOfExpiredTransaction(Throwable error) {
        return TransactionalWriter.isFenced(error)
                || Stream.iterate(error, Objects::nonNull, Throwable::getCause)
                        .anyMatch(InvalidTxnStateException.class::isInstance);
    }
}
