package dev.latentstream.interop.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import dev.latentstream.ingest.sources.topic.RecordFields;
import dev.latentstream.ingest.sources.topic.TopicSource;
import dev.latentstream.ingest.sources.topic.ValueFormat;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.RawImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker of Kafka Connect in a process, with the settings of docs/interop.md, and a source that reads what it writes. */
class KafkaConnectIT {
    private static final String TOPIC = "from-connect";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder = Path.of("");

    @AutoClose
    private final Cluster cluster = Cluster.start();

    @Test
    void whatAConnectorYieldsBecomesImagesWithTheirUrisAndTexts() throws Exception {
        KafkaConnection connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        new TopicSetup(connection).ensure(connection.topics().fixed());
        SourceCatalog.ensureTopics(connection);
        try (Admin admin = connection.admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            Process worker = worker();
            try {
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(250)).until(() -> {
                    assertThat(worker.isAlive()).as(log()).isTrue();
                    return end(admin) >= PhotoConnector.PHOTOS;
                });
            } finally {
                worker.destroy();
            }
        }

        send(connection);

        List<RawImage> images = images(connection);
        assertThat(images)
                .extracting(RawImage::getImage)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, PhotoConnector.PHOTOS)
                        .mapToObj(i -> ByteBuffer.wrap(PhotoConnector.content(i)))
                        .toList());
        assertThat(images)
                .filteredOn(image -> image.getUri().equals("nfs://share/1.jpg"))
                .singleElement()
                .satisfies(image -> {
                    assertThat(image.getSource()).isEqualTo("photos");
                    assertThat(image.getAltTexts()).extracting(AltText::getText).containsExactly("photo 1: a cat");
                });
    }

    /** Starts a worker with the transforms that move what a value has besides its bytes into headers. */
    private Process worker() throws IOException {
        Path worker = Files.writeString(folder.resolve("worker.properties"), """
                bootstrap.servers=%s
                offset.storage.file.filename=%s
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.converters.ByteArrayConverter
                listeners=http://127.0.0.1:0
                plugin.discovery=only_scan
                """.formatted(
                        cluster.bootstrapServers(), folder.resolve("offsets")));
        Path connector = Files.writeString(
                folder.resolve("connector.properties"), """
                name=photos
                connector.class=%s
                topic=%s
                transforms=facts,bytes
                transforms.facts.type=org.apache.kafka.connect.transforms.HeaderFrom$Value
                transforms.facts.fields=path,caption
                transforms.facts.headers=url,caption
                transforms.facts.operation=copy
                transforms.bytes.type=org.apache.kafka.connect.transforms.ExtractField$Value
                transforms.bytes.field=content
                """.formatted(PhotoConnector.class.getName(), TOPIC));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.kafka.connect.cli.ConnectStandalone",
                worker.toString(),
                connector.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("worker.log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("worker.log"));
    }

    private static long end(Admin admin) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private static void send(KafkaConnection connection) throws Exception {
        RecordFields fields = new RecordFields(
                ValueFormat.RAW,
                "",
                List.of("header:caption"),
                Optional.of("header:url"),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty());
        try (Meters meters = new Meters();
                TopicSource source =
                        TopicSource.of("photos", connection, TOPIC, /* following */ false, fields, 1_000_000)) {
            assertThat(new SourceProducer(connection, meters)
                            .send(source, Pace.FREE, progress -> {})
                            .progress()
                            .sent())
                    .isEqualTo(PhotoConnector.PHOTOS);
        }
    }

    private List<RawImage> images(KafkaConnection connection) {
        List<RawImage> images = new ArrayList<>();
        try (KafkaConsumer<String, RawImage> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                connection.deserializer(connection.topics().imagesRaw()))) {
            consumer.assign(
                    consumer.partitionsFor(connection.topics().imagesRaw().name()).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList());
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<String, RawImage> record : consumer.poll(Duration.ofMillis(100))) {
                    images.add(record.value());
                }
                return images.size() >= PhotoConnector.PHOTOS;
            });
        }
        return images;
    }
}
