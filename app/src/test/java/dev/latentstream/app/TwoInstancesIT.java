package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.NearDuplicateSettings;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of a stage on one host, without configured names. */
class TwoInstancesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SCENES = 8;

    @TempDir
    private Path state;

    private final Cluster cluster = Cluster.start();
    private final KafkaConnection connection = new KafkaConnection(
            StageFixture.settings(cluster, "two-")); // instances of a group are numbered on the whole host
    private final Meters meters = new Meters();

    @BeforeEach
    void createTopics() {
        new TopicSetup(connection).ensure(connection.topics().fixed());
    }

    @AfterEach
    void close() {
        meters.close();
        cluster.close();
    }

    @Test
    void ofABatchLoopShareThePartitions() throws Exception {
        shareThePartitions(connection.groupId("captioning"), this::loop, () -> {});
    }

    @Test
    void ofAStreamsStageShareThePartitions() throws Exception {
        List<String> admitted = new ArrayList<>();

        shareThePartitions(connection.groupId(IngestStage.NAME), this::ingest, () -> sendScenes(admitted));
    }

    /** Sends every scene in a further encoding: the first one of each is admitted, whichever instances its hashes meet in. */
    private void sendScenes(List<String> admitted) {
        Topic<RawImage> topic = connection.topics().imagesRaw();
        int round = admitted.size() / SCENES;
        try (Producer<String, RawImage> client = connection.producer(topic, "scenes")) {
            for (int i = 0; i < SCENES; i++) {
                BufferedImage scene = SceneRenderer.render(Scenes.scene(1, i), 96, 96);
                byte[] file = image(scene, round == 0 ? "png" : "jpg");
                admitted.add(ImageId.of(ByteBuffer.wrap(file)));
                RawImage raw = RawImage.newBuilder()
                        .setImage(ByteBuffer.wrap(file))
                        .setSource("scenes")
                        .setUri("scene " + i)
                        .build();
                Future<RecordMetadata> unused =
                        client.send(new ProducerRecord<>(topic.name(), "round %d, scene %d".formatted(round, i), raw));
            }
        }
        CommittedLog log = new CommittedLog(cluster, connection);
        await().atMost(PATIENCE.multipliedBy(4)).untilAsserted(() -> {
            assertThat(log.keys(connection.topics().images().name()))
                    .containsExactlyInAnyOrderElementsOf(admitted.subList(0, SCENES));
            assertThat(log.read(connection.topics().imagesRejected()))
                    .hasSize(SCENES * round)
                    .allSatisfy(rejection ->
                            assertThat(rejection.value().getReason()).isEqualTo(RejectionReason.NEAR_DUPLICATE));
        });
    }

    private static byte[] image(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** @param work what is done while two instances run, first and after one was replaced */
    private void shareThePartitions(String group, Supplier<Stage> stages, Runnable work) throws Exception {
        Stage first = stages.get();
        try (Stage second = stages.get()) {
            first.start();
            second.start();
            Set<String> ids = idsOnceShared(group);
            work.run();

            first.close();
            try (Stage again = stages.get()) {
                again.start();

                assertThat(idsOnceShared(group)).isEqualTo(ids);
                work.run();
                assertThat(List.of(first, second, again))
                        .allSatisfy(stage -> assertThat(stage.failure()).isEmpty());
            }
        } finally {
            first.close();
        }
    }

    /** Waits until each of a group's two members has partitions, and returns their static ids. */
    private Set<String> idsOnceShared(String group) {
        try (Admin admin = connection.admin()) {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                            members(admin, group).values())
                    .hasSize(2)
                    .doesNotContain(0));
            return Set.copyOf(members(admin, group).keySet());
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Returns the number of partitions of each static member. */
    private static Map<String, Integer> members(Admin admin, String group)
            throws InterruptedException, ExecutionException {
        return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                .flatMap(description -> description.members().stream())
                .collect(
                        Collectors.toMap(member -> member.groupInstanceId().orElseThrow(), TwoInstancesIT::partitions));
    }

    private static int partitions(MemberDescription member) {
        return member.assignment().topicPartitions().size();
    }

    private Stage loop() {
        return new BatchLoop<>(
                connection,
                "captioning",
                connection.topics().images(),
                batch -> List.of(),
                new BatchSettings(),
                meters);
    }

    private Stage ingest() {
        IngestSettings defaults = new IngestSettings();
        StreamsSettings streams = new StreamsSettings(state, 1, Duration.ofMillis(200), 50, Duration.ofSeconds(30));
        return IngestStage.create(
                connection,
                new IngestSettings(
                        defaults.bounds(),
                        defaults.decoding(),
                        defaults.preparation(),
                        defaults.decoderThreads(),
                        defaults.quarantine(),
                        defaults.fetch(),
                        new NearDuplicateSettings(true, Duration.ofDays(1)),
                        streams),
                Policies.fixed(Map.of(PolicyKind.FILTER.key(PolicyKind.EVERYWHERE), refusingNear())),
                meters);
    }

    private static Policy refusingNear() {
        FilterPolicy filter = PolicyRules.builtInFilter();
        filter.setNearDuplicateDistance(28);
        return new Policy(1L, "ada", Instant.EPOCH, filter, "");
    }
}
