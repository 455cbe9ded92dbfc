package dev.latentstream.app;

import static dev.latentstream.app.testing.StageFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.ClusterWatch;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reasons for which a pipeline stands still although no stage fails. The test is the clock and decides when the watch looks. */
class ClusterWatchIT {
    @TempDir
    private Path folder;

    @Test
    void somebodysOpenTransactionAndASourceThatNobodyReadsAreMeters() throws Exception {
        AtomicLong nanoTime = new AtomicLong();
        try (Cluster cluster = Cluster.start();
                StageFixture fixture = new StageFixture(cluster, "", folder);
                KafkaProducer<byte[], byte[]> hanging = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", cluster.bootstrapServers(),
                                "transactional.id", "hanging",
                                "transaction.timeout.ms", "600000"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                ClusterWatch watch = ClusterWatch.of(fixture.connection, fixture.meters, nanoTime::get)) {
            fixture.createLatents("photos");
            create("ingest-texts-changelog", fixture);
            fixture.writeForeign(fixture.topics.latents("photos"), 7, "a");
            hanging.initTransactions();
            hanging.beginTransaction();
            Future<RecordMetadata> unused =
                    hanging.send(new ProducerRecord<>(fixture.topics.imagesRaw().name(), 0, bytes("a"), bytes("a")));
            Future<RecordMetadata> unusedToo =
                    hanging.send(new ProducerRecord<>("ingest-texts-changelog", 0, bytes("a"), bytes("a")));
            hanging.flush();
            fixture.writeForeign(fixture.topics.imagesRaw(), 13, "b"); // to the same partition
            watch.look();
            assertThat(fixture.meters.value(Meter.TRANSACTION_WAITING, "images-raw"))
                    .isZero();

            nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
            watch.look();

            assertThat(fixture.meters.value(Meter.TRANSACTION_WAITING, "images-raw"))
                    .isEqualTo(14);
            assertThat(fixture.meters.value(Meter.TRANSACTION_WAITING, "ingest-texts-changelog"))
                    .as("what Kafka Streams keeps")
                    .isEqualTo(1);
            assertThat(fixture.meters.value(Meter.LATENTS_UNREAD, "photos")).isEqualTo(7);
            assertThat(watch.failure()).isEmpty();
            hanging.abortTransaction();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                watch.look();
                assertThat(fixture.meters.value(Meter.TRANSACTION_WAITING, "images-raw"))
                        .isZero();
            });
        }
    }

    private static void create(String topic, StageFixture fixture) throws Exception {
        try (Admin admin = fixture.connection.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    /** Each record is a batch of its own, five of which are on their way at a time. */
    @Test
    void whatIsWrittenToTopicsAsSoonAsTheyAreCreatedIsNotRefusedAsOutOfOrder() {
        try (Cluster cluster = Cluster.start();
                StageFixture fixture = new StageFixture(cluster, "", folder)) {
            for (int i = 0; i < 12; i++) {
                Topic<Latent> topic = fixture.topics.latents("new" + i);
                Map<String, Object> properties = new HashMap<>(fixture.connection.producerProperties("test"));
                properties.put("batch.size", 1);
                fixture.createLatents("new" + i);
                try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
                    List<Future<RecordMetadata>> sent = IntStream.range(0, 20)
                            .mapToObj(n -> producer.send(
                                    new ProducerRecord<>(topic.name(), n % 4, bytes("key" + n), bytes("value"))))
                            .toList();
                    assertThat(sent).as(topic.name()).allSatisfy(record -> assertThat(record)
                            .succeedsWithin(Duration.ofSeconds(30)));
                    producer.close(Duration.ZERO);
                }
            }
        }
    }
}
