package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.status.ClusterStatus.GroupStatus;
import dev.latentstream.app.status.ClusterStatus.TopicStatus;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StatusReaderIT {
    @AutoClose
    private static Cluster cluster;

    private static KafkaConnection connection;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
        connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
    }

    @Test
    void showsTheRecordsThatWaitBehindAnOpenTransaction() throws Exception {
        new TopicSetup(connection).ensure(List.of(connection.topics().imagesRaw()));
        String topic = connection.topics().imagesRaw().name();
        try (Producer<String, byte[]> other = new KafkaProducer<>(
                connection.transactionalProperties("somebody"), new StringSerializer(), new ByteArraySerializer())) {
            other.initTransactions();
            other.beginTransaction();
            for (int i = 0; i < 14; i++) {
                Future<RecordMetadata> unused = other.send(new ProducerRecord<>(topic, 1, "id-" + i, new byte[3]));
            }
            other.flush();

            ClusterStatus open = read();
            other.commitTransaction();

            assertThat(open.topics())
                    .contains(new TopicStatus(topic, connection.settings().partitions(), 0, 14, 0));
            assertThat(open.groups()).contains(new GroupStatus("ingest", "absent", 0, 0, 14, 0));
        }
        ClusterStatus committed = read();
        assertThat(committed.groups()).contains(new GroupStatus("ingest", "absent", 0, 15, 0, 0)); // with its marker
    }

    private static ClusterStatus read() throws Exception {
        return new StatusReader(connection, Optional.empty()).read(Duration.ZERO);
    }
}
