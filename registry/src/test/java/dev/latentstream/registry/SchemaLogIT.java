package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.registry.SchemaEvent.HardDeleted;
import dev.latentstream.registry.SchemaEvent.Stored;
import dev.latentstream.registry.testing.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaLogIT {
    private static final SchemaEvent STORED = new Stored(new Version("s", 1, 1, "\"int\"", false));

    @AutoClose
    private static Cluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start();
    }

    private static SchemaLog log(String topic) {
        return new SchemaLog(cluster.bootstrapServers(), topic);
    }

    private static List<SchemaEvent> changes(String topic) {
        List<SchemaEvent> changes = new ArrayList<>();
        try (SchemaLog log = log(topic)) {
            log.open(changes::add);
        }
        return changes;
    }

    private static void create(NewTopic topic) throws ExecutionException, InterruptedException {
        Map<String, Object> properties = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    @Test
    void readsChangesInTheirOrder() {
        try (SchemaLog log = log("order")) {
            log.open(change -> {});
            log.append(List.of(STORED));
            log.append(List.of(new HardDeleted("s", 1), STORED));
        }

        assertThat(changes("order")).containsExactly(STORED, new HardDeleted("s", 1), STORED);
    }

    @Test
    void fencesThePreviousWriter() {
        try (SchemaLog first = log("fence");
                SchemaLog second = log("fence")) {
            first.open(change -> {});
            second.open(change -> {});

            assertThatThrownBy(() -> first.append(List.of(STORED)))
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);

            assertThat(first.isOpen()).isFalse();
            second.append(List.of(STORED));
        }
        assertThat(changes("fence")).containsExactly(STORED);
    }

    @Test
    void refusesATopicThatIsNotCompacted() throws Exception {
        create(new NewTopic("forgets", 1, (short) 1));

        assertThatThrownBy(() -> changes("forgets"))
                .hasMessage(
                        "the topic forgets has 1 partitions and cleanup.policy=delete; a registry needs 1 and compact");
    }

    @Test
    void refusesATopicWithSeveralPartitions() throws Exception {
        create(new NewTopic("two", 2, (short) 1).configs(Map.of("cleanup.policy", "compact")));

        assertThatThrownBy(() -> changes("two"))
                .hasMessage(
                        "the topic two has 2 partitions and cleanup.policy=compact; a registry needs 1 and compact");
    }
}
