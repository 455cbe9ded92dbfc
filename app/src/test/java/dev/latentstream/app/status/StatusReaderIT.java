package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.status.ClusterStatus.GroupStatus;
import dev.latentstream.app.status.ClusterStatus.TopicStatus;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.io.TempDir;

class StatusReaderIT {
    private static final String HIDES =
            "offsets 2 to 4 of training-metrics-0 are not shown: an ended process has left a transaction open";

    @TempDir
    private static Path folder;

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

    /** As of a trainer that was killed: what another run reports after it, in the same partition, is committed and not to be seen. */
    @Test
    void saysWhatATransactionHidesThatWasLeftOpen() throws Exception {
        Topic<TrainingMetrics> metrics = connection.topics().trainingMetrics();
        new TopicSetup(connection).ensure(List.of(metrics, connection.topics().control()));
        try (KafkaProducer<String, TrainingMetrics> killed = producer("killed");
                KafkaProducer<String, TrainingMetrics> running = producer("running")) {
            running.initTransactions();
            report(running, 1);
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(metrics.name(), 0, "killed", report(9)))
                    .get();
            report(running, 2);

            await().untilAsserted(() -> assertThat(run("status")).contains("Run run: step 1,", HIDES));
            assertThat(run("status", "--json")).contains("\"hidden\" : [ {", "\"from\" : 2,");
            assertThat(run("control", "show", "--run=run"))
                    .contains("run run at step 1, ")
                    .contains("  hidden     " + HIDES);
            assertThat(run("inspect", metrics.name()))
                    .contains("\"step\" : 1,", HIDES)
                    .doesNotContain("\"step\" : 2,");
            killed.abortTransaction();
        }

        await().untilAsserted(() ->
                assertThat(run("status")).contains("Run run: step 2,").doesNotContain(HIDES));
    }

    @Test
    void aForeignReportHidesNoRun() throws Exception {
        Topic<TrainingMetrics> metrics = connection.topics().trainingMetrics();
        new TopicSetup(connection).ensure(List.of(metrics, connection.topics().control()));
        try (KafkaProducer<String, String> foreign = new KafkaProducer<>(
                        connection.producerProperties("foreign"), new StringSerializer(), new StringSerializer());
                Producer<String, TrainingMetrics> trainer = connection.producer(metrics, "calm")) {
            trainer.send(new ProducerRecord<>(metrics.name(), 1, "calm", report(7)))
                    .get();
            foreign.send(new ProducerRecord<>(metrics.name(), 1, "junk", "no report"))
                    .get();
            foreign.send(new ProducerRecord<>(metrics.name(), 1, null, "no report"))
                    .get();
        }

        assertThat(run("control", "show", "--run=calm")).contains("run calm at step 7, ");
        assertThat(run("status")).contains("Run calm: step 7,");
    }

    private static KafkaProducer<String, TrainingMetrics> producer(String name) {
        return new KafkaProducer<>(
                connection.transactionalProperties(name),
                new StringSerializer(),
                connection.serializer(connection.topics().trainingMetrics()));
    }

    private static void report(KafkaProducer<String, TrainingMetrics> producer, long step) throws Exception {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(connection.topics().trainingMetrics().name(), 0, "run", report(step)))
                .get();
        producer.commitTransaction();
    }

    private static TrainingMetrics report(long step) {
        return TrainingMetrics.newBuilder()
                .setStep(step)
                .setLoss(1)
                .setLearningRate(1e-4)
                .setImagesPerSecond(1)
                .setStall(0)
                .setMixture(Map.of("photos", 1.0))
                .setCaptionChoices(Map.of())
                .setNounsPerCaption(0)
                .setSamples(10)
                .setMixturePolicy(0)
                .build();
    }

    /** Returns all that a command prints. */
    private static String run(String... command) throws Exception {
        Commands.Result printed = Commands.on(cluster, folder, "").run(command);
        assertThat(printed.exitCode()).as("%s: %s", List.of(command), printed).isZero();
        return printed.out() + printed.err();
    }

    @Test
    void theCommandPrintsTheClusterAsTextAndAsJson() throws Exception {
        new TopicSetup(connection).ensure(List.of(connection.topics().imagesRejected()));
        Commands commands = Commands.on(cluster, folder, "");

        String text = commands.output("status", "--interval=0");
        JsonNode json = commands.json("status", "--interval=0");

        assertThat(text)
                .startsWith("Cluster %s%n%nTopic ".formatted(cluster.bootstrapServers()))
                .containsPattern("\nimages-rejected +4 +0 +0 +0\\.0\n")
                .containsPattern("\ncaptioning +absent +0 +0 +0 +0\\.0\n")
                .contains("Policy mixture/* version 0: {");
        assertThat(json.path("bootstrap_servers").asText()).isEqualTo(cluster.bootstrapServers());
        assertThat(json.path("topics").findValuesAsText("topic")).contains("images-rejected");
        assertThat(json.path("groups").get(0).path("per_second").isNumber()).isTrue();
    }

    private static ClusterStatus read() throws Exception {
        return new StatusReader(connection, Optional.empty()).read(Duration.ZERO);
    }
}
