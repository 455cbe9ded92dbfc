package dev.latentstream.app.control;

import static dev.latentstream.app.testing.Commands.withoutTimes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies written at the same time, read right after they were written, and changed by command. */
class PoliciesIT {
    private static final int WRITERS = 8;

    @TempDir
    private static Path folder;

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
                Policy written = writer().changeCaption(
                                "photos",
                                policy -> CaptionPolicy.newBuilder(policy)
                                        .setCaptionsPerImage(next)
                                        .build(),
                                "ada");

                assertThat(end(admin, IsolationLevel.READ_COMMITTED))
                        .as("version %d", written.getVersion())
                        .isEqualTo(end(admin, IsolationLevel.READ_UNCOMMITTED));
            }
        }
    }

    /** Before policies had a history, the topic was compacted; a topic that deletes after some days would lose those in force. */
    @ParameterizedTest
    @ValueSource(strings = {"compact", "compact,delete", "delete"})
    void anExistingTopicIsAlteredToKeepEveryVersion(String cleanup) throws Exception {
        KafkaConnection old = prefixed(cleanup.replace(',', '-') + "-");
        String control = old.topics().control().name();
        try (Admin admin = old.admin();
                Producer<String, Policy> producer = old.producer(old.topics().control(), "test")) {
            admin.createTopics(List.of(new NewTopic(control, 1, (short) 1)
                            .configs(Map.of("cleanup.policy", cleanup, "retention.bytes", "100000"))))
                    .all()
                    .get();
            for (long version = 1; version <= 3; version++) {
                MixturePolicy mixture = MixturePolicy.newBuilder()
                        .setSourceWeights(Map.of("a", (double) version))
                        .build();
                producer.send(new ProducerRecord<>(
                                control, "mixture/*", new Policy(version, "ada", Instant.EPOCH, mixture, "")))
                        .get();
            }

            new TopicSetup(old).ensure(List.of(old.topics().control()));

            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, control);
            Config config = Objects.requireNonNull(
                    admin.describeConfigs(List.of(topic)).all().get().get(topic));
            assertThat(Stream.of("cleanup.policy", "retention.ms", "retention.bytes")
                            .map(name -> config.get(name).value()))
                    .containsExactly("delete", "-1", "-1");
        }
        Policy next = new PolicyWriter(old, METERS, Clock.systemUTC()).changeMixture(withSource("b"), "eve");
        assertThat(next.getVersion()).isEqualTo(4);
        assertThat(((MixturePolicy) next.getPolicy()).getSourceWeights()).isEqualTo(Map.of("a", 3.0, "b", 1.0));
        List<Long> versions = new ArrayList<>();
        try (TopicReader reader = new TopicReader(old);
                Deserializer<Policy> values = old.deserializer(old.topics().control())) {
            reader.all(
                    control,
                    record -> versions.add(
                            values.deserialize(control, record.value()).getVersion()));
        }
        assertThat(versions).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aFilterThatRefusesRecentImagesAndAnUnknownSourceAreReported() throws Exception {
        new TopicSetup(connection).ensure(List.of(connection.topics().images()));
        try (Producer<String, Image> producer =
                connection.producer(connection.topics().images(), "test")) {
            for (int i = 0; i < 10; i++) {
                Image image = RecentImagesTest.image(i < 8 ? "east" : "west", 640, 480, 30);
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(connection.topics().images().name(), "id-" + i, image));
            }
            producer.flush();
        }
        Commands commands = Commands.on(cluster, folder, "");

        assertThat(commands.run("control", "set", "filter", "--source=nosuch", "--min-side=2147483647")
                        .err())
                .isEqualTo(
                        "warning: no latents and no recent images of source \"nosuch\"; there are those of east, west\n");
        assertThat(commands.run("control", "set", "filter", "--source=east", "--min-side=2147483647")
                        .err())
                .isEqualTo("warning: of the 10 newest images this filter would refuse 8 (80 %): too-small 8\n");
        assertThat(commands.run("control", "set", "filter", "--source=east", "--min-side=64")
                        .err())
                .isEmpty();
    }

    @Test
    void aHistoryIsShownComparedAndRolledBack() throws Exception {
        Commands commands = Commands.on(cluster, folder, "history-");
        control(commands, "set mixture --weight a=1 --author ada");
        control(commands, "set mixture --weight a=3 --author eve --reason 'too few photos' --expect-version 1");
        control(commands, "set caption --source a --captions 2 --author ada");

        for (String command : List.of("show", "history")) {
            Commands.Result none = commands.run("control", command, "filter", "--source=photo");
            assertThat(none.exitCode()).isZero();
            assertThat(none.err())
                    .isEqualTo("source \"photo\" has no filter policy of its own: that of all sources applies\n");
        }
        assertThat(commands.run("control", "history", "filter").err())
                .isEqualTo("no filter policy has been written: the built-in one applies\n");
        String history = control(commands, "history mixture");
        String difference = control(commands, "diff mixture 0 2");
        String rollback = control(commands, "rollback mixture 1 --author ada");

        assertThat(withoutTimes(history)).isEqualToNormalizingNewlines("""
                mixture/*            version 1 (ada, TIME)
                    source_weights.a: added 1.0
                mixture/*            version 2 (eve, TIME: too few photos)
                    source_weights.a: 1.0 -> 3.0
                """);
        assertThat(withoutTimes(difference)).isEqualToNormalizingNewlines("""
                - mixture/*            version 0 (built in)
                + mixture/*            version 2 (eve, TIME: too few photos)
                    source_weights.a: added 3.0
                """);
        assertThat(withoutTimes(rollback))
                .startsWith("mixture/*            version 3 (ada, TIME: rollback to version 1)");
        assertThat(control(commands, "diff mixture 1")).endsWith("    no difference\n");
        assertThat(withoutTimes(control(commands, "show mixture --at-version 2")))
                .startsWith("mixture/*            version 2 (eve, TIME: too few photos)")
                .contains("\"source_weights\":{\"a\":3.0}");
        assertThat(control(commands, "show caption"))
                .contains("caption/*", "caption/a")
                .doesNotContain("mixture/*");
        assertThat(control(commands, "history --json"))
                .contains("\"key\" : \"caption/a\"", "\"reason\" : \"too few photos\"");
    }

    @Test
    void nothingIsWrittenOverAnUnexpectedVersion() throws Exception {
        Commands commands = Commands.on(cluster, folder, "expected-");
        control(commands, "set mixture --weight a=1");

        Commands.Result unexpected = commands.run("control", "rollback", "mixture", "0", "--expect-version", "4");
        String unknown = commands.usageError("control", "rollback", "mixture", "7");

        assertThat(unexpected.exitCode()).isEqualTo(1);
        assertThat(unexpected.err())
                .startsWith("latentstream: policy mixture/* was not written: its newest version is 1 (")
                .contains("not 4 as expected");
        assertThat(unknown).contains("policy mixture/* has no version 7 in control; it has only 1, and 0 is built in");
        assertThat(control(commands, "show mixture")).contains("version 1");
    }

    /** Runs a command and returns what it printed on standard output; quotes keep words together. */
    private static String control(Commands commands, String line) {
        List<String> arguments = new ArrayList<>(List.of("control"));
        Matcher words = Pattern.compile("'([^']*)'|\\S+").matcher(line);
        while (words.find()) {
            arguments.add(words.group(1) == null ? words.group() : words.group(1));
        }
        return commands.output(arguments.toArray(String[]::new));
    }

    private static KafkaConnection prefixed(String prefix) {
        KafkaSettings here = connection.settings();
        return new KafkaConnection(new KafkaSettings(
                here.bootstrapServers(),
                here.schemaRegistryUrl(),
                prefix,
                here.partitions(),
                here.replicationFactor(),
                here.serializer(),
                here.deserializer(),
                here.properties()));
    }

    private static long end(Admin admin, IsolationLevel isolation) throws Exception {
        TopicPartition partition =
                new TopicPartition(connection.topics().control().name(), 0);
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
