package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Policies written at the same time, and read right after they were written. */
class ConcurrentPoliciesIT {
    private static final int WRITERS = 8;

    @AutoClose
    private static final Meters METERS = new Meters();

    @AutoClose
    private static Cluster cluster;

    private static KafkaConnection connection;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
        connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        new TopicSetup(connection).ensure(List.of(connection.topics().control()));
    }

    @Test
    void eightChangesAtOnceAreEachWritten() {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        List<Policy> written;
        try {
            written = IntStream.range(0, WRITERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> writer().changeMixture(withSource("source-" + i), "writer-" + i), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            threads.shutdown();
        }

        assertThat(written)
                .extracting(Policy::getVersion)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WRITERS).boxed().toList());
        VersionedPolicy<MixturePolicy> last = mixture();
        assertThat(last.version()).isEqualTo(WRITERS);
        assertThat(last.policy().getSourceWeights()).hasSize(WRITERS);
    }

    /** A broker acknowledges a commit before readers of committed records see it. */
    @Test
    void whatWasWrittenIsVisibleAtOnce() throws Exception {
        try (Admin admin = connection.admin()) {
            for (int captions = 1; captions <= 30; captions++) {
                int next = captions;
                Policy written = writer().changeCaption("photos", policy -> CaptionPolicy.newBuilder(policy)
                                .setCaptionsPerImage(next)
                                .build(), "ada");

                assertThat(end(admin, IsolationLevel.READ_COMMITTED))
                        .as("version %d", written.getVersion())
                        .isEqualTo(end(admin, IsolationLevel.READ_UNCOMMITTED));
            }
        }
    }

    private static long end(Admin admin, IsolationLevel isolation) throws Exception {
        TopicPartition partition = new TopicPartition(connection.topics().control().name(), 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private static UnaryOperator<MixturePolicy> withSource(String source) {
        return policy -> {
            Map<String, Double> weights = new HashMap<>(policy.getSourceWeights());
            weights.put(source, 1.0);
            return MixturePolicy.newBuilder(policy).setSourceWeights(weights).build();
        };
    }

    private static PolicyWriter writer() {
        return new PolicyWriter(connection, METERS, Clock.systemUTC());
    }

    private static VersionedPolicy<MixturePolicy> mixture() {
        try (Policies policies = new Policies(connection, METERS)) {
            policies.start();
            return policies.mixture();
        }
    }
}
