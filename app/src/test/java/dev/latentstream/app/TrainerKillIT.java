package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.CommandProcess.Ended;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trainers as processes that are killed with signal 9: a resumed run has the ledger and the weights of the run that was not killed, byte for
 * byte.
 */
class TrainerKillIT {
    private static final int STEPS = 24;

    @TempDir
    private static Path folder;

    @AutoClose
    private static Cluster cluster;

    private static KafkaConnection connection;

    @BeforeAll
    static void writeLatents() throws Exception {
        cluster = Cluster.start();
        connection = connection("");
        new TopicSetup(connection).ensure(connection.topics().fixed());
        write(connection, "east", 150);
        write(connection, "west", 20);
    }

    /** The topics of each case have a prefix of their own; under {@code wait} no partition may end before the last step. */
    @ParameterizedTest
    @CsvSource({"repeat, 20", "redistribute, 20", "wait, 200"})
    void aRunThatIsKilledHasTheLedgerAndTheWeightsOfOneThatIsNot(String whenDry, int latents) throws Exception {
        KafkaConnection other = connection(whenDry + "-");
        new TopicSetup(other).ensure(other.topics().fixed());
        write(other, "east", 200);
        write(other, "west", latents);
        Path whole = settings(whenDry + "-", "whole-" + whenDry, whenDry, STEPS);
        Path killed = settings(whenDry + "-", "killed-" + whenDry, whenDry, STEPS);
        assertThat(train(whole).exitCode()).isZero();

        kill(killed, 2); // before its first checkpoint
        kill(killed, 3);
        kill(killed, STEPS - 1);
        Ended last = train(killed);

        assertThat(last.exitCode()).as("%s", last).isZero();
        List<LedgerStep> expected = ledger(other, "whole-" + whenDry).subList(0, STEPS);
        List<LedgerStep> found = ledger(other, "killed-" + whenDry);
        assertThat(found).startsWith(expected.toArray(LedgerStep[]::new));
        assertThat(found)
                .as("no step is written twice")
                .extracting(LedgerStep::getStep)
                .isEqualTo(upTo(found.size()));
        assertSameFiles(checkpoint("whole-" + whenDry, STEPS), checkpoint("killed-" + whenDry, STEPS));
    }

    private static List<Long> upTo(int step) {
        return LongStream.rangeClosed(1, step).boxed().toList();
    }

    @Test
    void aTrainerThatWasStoppedAndContinuedWritesNothingAfterAnotherTookItsRunOver() throws Exception {
        try (CommandProcess first = start("shared")) {
            first.awaitLine("step 3 ");
            first.signal("STOP");
            try (CommandProcess second = start("shared")) {
                second.awaitLine("step %d ".formatted(ledger("shared").size() + 5));
                first.signal("CONT");

                Ended end = first.awaitEnd();

                assertThat(end.exitCode()).isEqualTo(1);
                assertThat(end.err())
                        .last()
                        .isEqualTo(
                                "latentstream: the stage trainer failed: another trainer has taken the run shared over;"
                                        + " this one writes nothing more");
            }
        }
        List<LedgerStep> steps = ledger("shared");
        assertThat(steps).extracting(LedgerStep::getStep).isEqualTo(upTo(steps.size()));
    }

    @Test
    void settingsThatChangeTheSequenceAreRefusedByNameOrRecorded() throws Exception {
        assertThat(train(settings("changed", "repeat", 4)).exitCode()).isZero();

        Ended refused = train(settings("changed", "redistribute", 8));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).last().asString().contains("feed.when-dry redistribute instead of repeat");

        Ended allowed = train(settings("changed", "redistribute", 8), "--change-settings");
        assertThat(allowed.exitCode()).as("%s", allowed).isZero();
        List<LedgerStep> recorded = ledger("changed").stream()
                .filter(step -> step.getRun().isPresent())
                .toList();
        assertThat(recorded).hasSize(2);
        assertThat(recorded.get(1).getRun().orElseThrow().getSettings()).containsEntry("feed.when-dry", "redistribute");
    }

    @Test
    void retentionThatPassesWhatWasReadKeepsNoRunFromBeingResumed() throws Exception {
        KafkaConnection other = connection("kept-");
        new TopicSetup(other).ensure(other.topics().fixed());
        write(other, "north", 60);
        Path settings = settings("kept-", "kept", "repeat", 8);
        kill(settings, 7);
        List<LedgerStep> before = ledger(other, "kept").subList(0, 7);
        String latents = other.topics().latents("north").name();
        for (int partition = 0; partition < 4; partition++) {
            delete(other, new TopicPartition(latents, partition), read(before, partition, 5)); // there is a checkpoint
        }

        Ended resumed = train(settings);

        assertThat(resumed.exitCode()).as("%s", resumed).isZero();
        assertThat(ledger(other, "kept")).startsWith(before.toArray(LedgerStep[]::new));
        assertThat(checkpoint("kept", 8)).isDirectory();
    }

    @Test
    void unreadLatentsThatAreLostStopARunUntilTheUserSaysSo() throws Exception {
        KafkaConnection other = connection("lost-");
        new TopicSetup(other).ensure(other.topics().fixed());
        write(other, "north", 100);
        assertThat(train(settings("lost-", "lost", "redistribute", 5)).exitCode())
                .isZero();
        TopicPartition partition =
                new TopicPartition(other.topics().latents("north").name(), 0);
        long next = read(ledger(other, "lost"), 0, 5);
        delete(other, partition, next + 3);

        Ended refused = train(settings("lost-", "lost", "redistribute", 8));
        Ended skipped = train(settings("lost-", "lost", "redistribute", 8), "--skip-lost");

        assertThat(refused.err())
                .last()
                .asString()
                .matches(
                        "latentstream: the stage trainer failed: the log no longer has \\d+ records that this run has not"
                                + " read: %s: \\d+ records lost, offsets %d to %d; .*"
                                        .formatted(partition, next, next + 2));
        assertThat(skipped.exitCode()).as("%s", skipped).isZero();
        assertThat(ledger(other, "lost").stream().flatMap(step -> step.getOpened().stream()))
                .last()
                .satisfies(source -> {
                    assertThat(source.getLost()).isEqualTo(3);
                    assertThat(source.getNext().get(0)).isEqualTo(next + 3);
                });
    }

    /** Two topics that are dry at first; then the join's way of writing: in transactions, with markers after them. */
    @Test
    void latentsThatArriveTakeThePlaceOfThoseThatADrySourceRepeats() throws Exception {
        KafkaConnection other = connection("grows-");
        new TopicSetup(other).ensure(other.topics().fixed());
        write(other, "north", 8);
        write(other, "south", 8);
        try (CommandProcess trainer = CommandProcess.start(
                folder, List.of("train", "--config=" + settings("grows-", "grows", "repeat", 0), "--http-port=0"))) {
            trainer.awaitLine("step 3 ");
            assertThat(ledger(other, "grows").get(2).getSamples()).allMatch(LedgerSample::getStays);

            writeInTransactions(other, "north", 8, 60);
            writeInTransactions(other, "south", 8, 60);
            Set<String> first = ids("north", 0, 8);
            first.addAll(ids("south", 0, 8));

            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                trainer.requireAlive();
                List<LedgerStep> steps = ledger(other, "grows");
                assertThat(steps.subList(steps.size() - 3, steps.size()))
                        .flatExtracting(LedgerStep::getSamples)
                        .extracting(LedgerSample::getImage)
                        .doesNotContainAnyElementsOf(first);
            });
        }
    }

    private static void writeInTransactions(KafkaConnection to, String source, int from, int end) throws Exception {
        Topic<Latent> topic = to.topics().latents(source);
        try (KafkaProducer<String, Latent> producer = new KafkaProducer<>(
                to.transactionalProperties("test-" + source), new StringSerializer(), to.serializer(topic))) {
            producer.initTransactions();
            for (int i = from; i < end; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic.name(), id(source, i), TrainerCluster.latent(source, i)))
                        .get();
                producer.commitTransaction();
            }
        }
    }

    private static Set<String> ids(String source, int from, int end) {
        return IntStream.range(from, end).mapToObj(i -> id(source, i)).collect(Collectors.toCollection(HashSet::new));
    }

    private static String id(String source, int index) {
        return ImageId.of(ByteBuffer.wrap((source + index).getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the first offset of a partition that was not taken up to a step. */
    private static long read(List<LedgerStep> steps, int partition, long last) {
        return steps.stream()
                .filter(step -> step.getStep() <= last)
                .flatMap(step -> step.getTaken().stream())
                .filter(taken -> taken.getPartition() == partition)
                .mapToLong(LedgerTake::getEnd)
                .max()
                .orElse(0);
    }

    private static void delete(KafkaConnection from, TopicPartition partition, long before) throws Exception {
        try (Admin admin = from.admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    private static void kill(Path settings, int at) throws Exception {
        try (CommandProcess process =
                CommandProcess.start(folder, List.of("train", "--config=" + settings, "--http-port=0"))) {
            process.awaitLine("step %d ".formatted(at));
        } // with signal 9
    }

    private static Ended train(Path settings, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("train", "--config=" + settings, "--http-port=0"));
        arguments.addAll(List.of(options));
        return CommandProcess.run(folder, arguments);
    }

    private static CommandProcess start(String run) throws Exception {
        return CommandProcess.start(
                folder, List.of("train", "--config=" + settings(run, "repeat", 0), "--http-port=0"));
    }

    private static List<LedgerStep> ledger(String run) {
        return ledger(connection, run);
    }

    private static List<LedgerStep> ledger(KafkaConnection from, String run) {
        return new CommittedLog(cluster, from)
                .read(from.topics().trainingLedger()).stream()
                        .filter(record -> record.key().equals(run))
                        .map(ConsumerRecord::value)
                        .toList();
    }

    private static KafkaConnection connection(String prefix) {
        return new KafkaConnection(new KafkaSettings(
                cluster.bootstrapServers(),
                cluster.schemaRegistryUrl(),
                prefix,
                4,
                (short) 1,
                new KafkaSettings().serializer(),
                new KafkaSettings().deserializer(),
                Map.of()));
    }

    private static Path checkpoint(String run, int step) {
        return folder.resolve("training").resolve(run).resolve("checkpoints").resolve("step-%08d".formatted(step));
    }

    private static void assertSameFiles(Path expected, Path found) throws Exception {
        List<String> sums = Files.readAllLines(expected.resolve("SHA256SUMS")).stream()
                .filter(line -> line.contains("safetensors"))
                .toList();
        assertThat(sums).hasSizeGreaterThan(1);
        assertThat(Files.readAllLines(found.resolve("SHA256SUMS"))).containsAll(sums);
    }

    private static void write(KafkaConnection to, String source, int latents) throws Exception {
        Topic<Latent> topic = to.topics().latents(source);
        new TopicSetup(to).ensure(List.of(topic));
        try (Producer<String, Latent> producer = to.producer(topic, "test")) {
            for (int i = 0; i < latents; i++) {
                String id = TrainerCluster.id(source, i);
                producer.send(new ProducerRecord<>(topic.name(), id, TrainerCluster.latent(source, i)))
                        .get();
            }
        }
    }

    private static Path settings(String run, String whenDry, int steps) throws Exception {
        return settings("", run, whenDry, steps);
    }

    private static Path settings(String prefix, String run, String whenDry, int steps) throws Exception {
        Path file = folder.resolve("%s-%s-%d.yaml".formatted(run, whenDry, steps));
        return Files.writeString(file, """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  topic-prefix: "%s"
                trainer:
                  run: %s
                  folder: training
                  steps: %d
                  batch-size: 4
                  metrics-every: 1
                  checkpoint-every: 5
                  network: {channels: [8, 16], depths: [0, 1], residual-blocks: 1, middle-depth: 1, head-width: 8, groups: 4}
                  optimiser: {cool-down: 0}
                  feed: {when-dry: %s, shuffle: 12, minimum: 4}
                  samples: {prompts: []}
                """.formatted(
                        cluster.bootstrapServers(), cluster.schemaRegistryUrl(), prefix, run, steps, whenDry));
    }
}
