package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.streams.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of a stage on one host, without configured names. */
class TwoInstancesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path state;

    private final Cluster cluster = Cluster.start();
    private final KafkaConnection connection =
            new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
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
        shareThePartitions("captioning", this::loop);
    }

    @Test
    void ofAStreamsStageShareThePartitions() throws Exception {
        shareThePartitions(IngestStage.NAME, this::ingest);
    }

    private void shareThePartitions(String group, Supplier<Stage> stages) throws Exception {
        Stage first = stages.get();
        try (Stage second = stages.get()) {
            first.start();
            second.start();
            Set<String> ids = idsOnceShared(group);

            first.close();
            try (Stage again = stages.get()) {
                again.start();

                assertThat(idsOnceShared(group)).isEqualTo(ids);
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
        StreamsSettings streams = new StreamsSettings(state, 1, Duration.ofMillis(200), 50, Duration.ofSeconds(30));
        return IngestStage.create(
                connection, new IngestSettings().withStreams(streams), Policies.fixed(Map.of()), meters);
    }
}
