package dev.latentstream.app.testing;

import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Some stages of a pipeline on a cluster of their own, images that are sent to them, and the topics as they leave them. */
public final class StartedStages implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    public final Cluster cluster;
    public final Pipeline pipeline;
    public final KafkaConnection connection;
    public final Topics topics;
    public final CommittedLog log;
    public final Commands commands;
    private final List<Stage> running = new ArrayList<>();

    /** The stages beside the policies, in the order of their start. */
    public interface Choice {
        List<Stage> of(Pipeline pipeline) throws Exception;
    }

    private StartedStages(Cluster cluster, PipelineSettings settings, Commands commands) {
        this.cluster = cluster;
        this.pipeline = new Pipeline(settings, Device.cpu());
        this.connection = pipeline.connection();
        this.topics = connection.topics();
        this.log = new CommittedLog(cluster, connection);
        this.commands = commands;
    }

    /**
     * Starts a cluster and stages.
     *
     * @param folder of the stages' state and the commands' settings
     */
    public static StartedStages start(Path folder, Choice choice) throws Exception {
        return start(folder, "", UnaryOperator.identity(), choice);
    }

    /**
     * Starts a cluster and stages.
     *
     * @param folder of the stages' state and the commands' settings
     * @param prefix of the topics
     * @param settings changes those of a test
     */
    public static StartedStages start(
            Path folder, String prefix, UnaryOperator<PipelineSettings> settings, Choice choice) throws Exception {
        Cluster cluster = Cluster.start();
        PipelineSettings chosen = settings.apply(TestSettings.of(StageFixture.settings(cluster, prefix), folder));
        StartedStages started = new StartedStages(cluster, chosen, Commands.on(cluster, folder, prefix));
        Pipeline.ensureTopics(chosen);
        started.add(started.pipeline.policies());
        choice.of(started.pipeline).forEach(started::add);
        return started;
    }

    public void add(Stage stage) {
        running.add(stage);
        stage.start();
    }

    /** Ends the stage that was started last. */
    public void removeLast() {
        running.remove(running.size() - 1).close();
    }

    /** Changes the filter of a source, and waits until the stages follow it. */
    public void changeFilter(String source, UnaryOperator<FilterPolicy.Builder> change) {
        long version = new PolicyWriter(connection, pipeline.meters(), Clock.systemUTC())
                .changeFilter(
                        source,
                        policy -> change.apply(FilterPolicy.newBuilder(policy)).build(),
                        "test")
                .getVersion();
        await().atMost(PATIENCE).until(() -> pipeline.policies().filter(source).version() == version);
    }

    public void send(String source, byte[]... files) throws Exception {
        for (byte[] file : files) {
            send(source, file, Map.of());
        }
    }

    /** Sends an image and returns its id. */
    public String send(String source, byte[] file, Map<String, String> attributes) throws Exception {
        try (Producer<String, RawImage> producer = connection.producer(topics.imagesRaw(), "test")) {
            producer.send(new ProducerRecord<>(
                            topics.imagesRaw().name(),
                            id(file),
                            RawImage.newBuilder()
                                    .setImage(ByteBuffer.wrap(file))
                                    .setSource(source)
                                    .setUri("test")
                                    .setAttributes(attributes)
                                    .build()))
                    .get();
        }
        return id(file);
    }

    /** Returns the keys of a topic as compaction would leave it. */
    public Set<String> ids(Topic<?> topic) {
        return Set.copyOf(log.table(topic).keySet());
    }

    public static String id(byte[] file) {
        return ImageId.of(ByteBuffer.wrap(file));
    }

    @Override
    public void close() {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).close();
        }
        pipeline.close();
        cluster.close();
    }
}
