package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.ClientProperties;
import dev.latentstream.runtime.kafka.Instance;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a topology exactly once, and sets aside the records that it cannot process.
 *
 * <p>A record that cannot be decoded, or whose processing throws, goes to {@code <topic>-dlq} in the same transaction, and the
 * topology goes on. A record read back from an internal topic goes to the dead letters of the main input. A broken world, and
 * too many dead letters in a row, stop the stage: no thread is replaced, so that a failure shows.
 */
public final class StreamsStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsStage.class);

    private final KafkaConnection connection;
    private final String name;
    private final Topology topology;
    private final Topic<?> mainInput;
    private final StreamsSettings settings;
    private final Meters meters;
    private volatile @Nullable Throwable failure;
    private @Nullable Instance instance;
    private @Nullable KafkaStreams streams;
    private Meters.@Nullable Binding binding;

    /**
     * Starts nothing yet.
     *
     * @param name application id, behind the prefix of the topics; instances of the same name share the work
     * @param topology made by a {@link #newBuilder}, built with {@link #topologyProperties}
     * @param mainInput takes the blame for records of internal topics
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

    /** A builder that refuses to make up names, with which the state of a stage would be lost whenever its topology changes. */
    public static StreamsBuilder newBuilder() {
        Map<String, Object> properties = new HashMap<>(ClientProperties.topology());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "any"); // asked for, and of no effect on a topology
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "any:1");
        return new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
    }

    /** What a topology is to be built with: {@code builder.build(StreamsStage.topologyProperties())}. */
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
        streams = new KafkaStreams(topology, properties(instance));
        binding = meters.bind(streams);
        streams.setUncaughtExceptionHandler(this::fail);
        streams.start();
    }

    @Override
    public void close() {
        if (binding != null) {
            binding.close();
        }
        if (streams != null && !streams.close(settings.closeWithin())) {
            LOG.atWarn()
                    .addKeyValue("stage", name)
                    .log("not closed within {}: its open transaction will be aborted", settings.closeWithin());
            return; // and its threads may still use its folder, so nobody else may be this instance yet
        }
        if (instance != null) {
            instance.close();
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** The settings that an instance runs with. */
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
        properties.putAll(StreamsDeadLetters.properties(name, settings, meters));
        return properties;
    }

    /** What Kafka asks when a thread of the application dies. */
    StreamThreadExceptionResponse fail(Throwable error) {
        failure = error;
        LOG.atError().addKeyValue("stage", name).setCause(error).log("failed");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
