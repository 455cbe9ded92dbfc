package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.TrainerCluster;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that continue after their settings, their topics or what these hold changed: as recorded, or refused with topic, partition and offset. */
class ChangedLogIT {
    @TempDir
    private static Path folder;

    @AutoClose
    private static TrainerCluster trainers;

    @BeforeAll
    static void start() {
        trainers = TrainerCluster.start(folder);
    }

    @Test
    void settingsThatChangeTheSequenceAreRefusedByNameOrRecorded() throws Exception {
        TrainerCluster own = trainers.withPrefix("settings-");
        own.write("north", 100);
        own.complete(own.settings("changed", "repeat", 4));
        Path settings = own.settings("changed", "redistribute", 8);

        Ended refused = own.train(settings);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).last().asString().contains("feed.when-dry redistribute instead of repeat");

        own.complete(settings, "--change-settings");
        List<LedgerStep> recorded = own.ledger("changed").stream()
                .filter(step -> step.getRun().isPresent())
                .toList();
        assertThat(recorded).hasSize(2);
        assertThat(recorded.get(1).getRun().orElseThrow().getSettings()).containsEntry("feed.when-dry", "redistribute");
    }

    @Test
    void retentionThatPassesWhatWasReadKeepsNoRunFromBeingResumed() throws Exception {
        TrainerCluster own = trainers.withPrefix("kept-");
        own.write("north", 60);
        own.complete(own.settings("kept", "repeat", 8));
        List<LedgerStep> before = own.ledger("kept");
        List<String> weights = own.weights("kept", 8);
        for (int partition = 0; partition < 4; partition++) {
            own.delete(own.partition("north", partition), read(before, partition, 5)); // there is a checkpoint
        }

        own.complete(own.settings("kept", "repeat", 8), "--from=5");

        assertThat(own.ledger("kept")).startsWith(before.toArray(LedgerStep[]::new));
        assertThat(own.weights("kept", 8)).hasSizeGreaterThan(1).isEqualTo(weights);
    }

    @Test
    void unreadLatentsThatAreLostStopARunUntilTheUserSaysSo() throws Exception {
        TrainerCluster own = trainers.withPrefix("lost-");
        own.write("north", 100);
        own.complete(own.settings("lost", "redistribute", 5));
        TopicPartition partition = own.partition("north", 0);
        long next = read(own.ledger("lost"), 0, 5);
        own.delete(partition, next + 3);
        Path settings = own.settings("lost", "redistribute", 8);

        Ended refused = own.train(settings);
        Ended skipped = own.train(settings, "--skip-lost");

        assertThat(refused.err())
                .last()
                .asString()
                .matches(
                        "latentstream: the stage trainer failed: the log no longer has \\d+ records that this run has not"
                                + " read: %s: \\d+ records lost, offsets %d to %d; .*"
                                        .formatted(partition, next, next + 2));
        assertThat(skipped.exitCode()).as("%s", skipped).isZero();
        assertThat(own.ledger("lost").stream().flatMap(step -> step.getOpened().stream()))
                .last()
                .satisfies(source -> {
                    assertThat(source.getLost()).isEqualTo(3);
                    assertThat(source.getNext().get(0)).isEqualTo(next + 3);
                });
    }

    /** As when a second machine trains a run of the default name. */
    @Test
    void aUsedNameWithoutItsFolderIsRefusedUntilTheUserSaysSo() throws Exception {
        TrainerCluster own = trainers.withPrefix("used-");
        own.write("north", 60);
        Path settings = own.settings("used", "wait", 3);
        own.complete(settings);
        List<LedgerStep> before = own.ledger("used");
        Path run = folder.resolve("training").resolve("used");
        Files.move(run, folder.resolve("training").resolve("elsewhere"));

        Ended refused;
        try (Producer<byte[], byte[]> elsewhere = own.openTransaction("used")) { // as if it trained on another machine
            refused = own.train(settings);
            elsewhere.abortTransaction(); // it is not fenced
        }
        List<LedgerStep> kept = own.ledger("used");
        own.complete(settings, "--begin-again");

        assertThat(refused.err())
                .last()
                .asString()
                .contains("run used has reports up to step 3 in used-training-metrics, and nothing in " + run)
                .contains("or begin this one again with --begin-again");
        assertThat(kept).isEqualTo(before);
        assertThat(own.ledger("used")).hasSizeGreaterThan(before.size());
    }

    /** First more partitions, then another topic of the same name with as many other latents. */
    @Test
    void aTopicThatIsNoLongerTheOneOfTheRunIsRefusedWithTopicPartitionAndOffset() throws Exception {
        TrainerCluster own = trainers.withPrefix("other-");
        own.write("north", 40);
        own.complete(own.settings("other", "repeat", 5));
        Path settings = own.settings("other", "repeat", 8);
        List<LedgerStep> before = own.ledger("other");
        String topic = own.partition("north", 0).topic();
        String next = IntStream.range(0, 4)
                .mapToObj(i -> "%s-%d at offset %d".formatted(topic, i, read(before, i, 5)))
                .collect(Collectors.joining(", "));
        try (Admin admin = own.connection().admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(6)))
                    .all()
                    .get();
            await().until(() -> partitions(admin, topic) == 6);
            Ended more = own.train(settings);
            assertThat(more.exitCode()).isEqualTo(1);
            assertThat(more.err())
                    .last()
                    .isEqualTo("latentstream: the stage trainer failed: %s has 6 partitions, the run reads 4, next %s;"
                                    .formatted(topic, next)
                            + " a new run reads what is there");
            assertThat(more.err())
                    .as("a failure is printed once")
                    .filteredOn(line -> line.contains("has 6 partitions"))
                    .hasSize(1);

            delete(admin, topic);
        }
        own.write("north", 40);

        Ended again = own.train(settings, "--skip-lost");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err())
                .last()
                .asString()
                .startsWith("latentstream: the stage trainer failed: %s was recreated: it has the id ".formatted(topic))
                .endsWith(", next %s; a new run reads what is there".formatted(next));
        assertThat(own.ledger("other")).isEqualTo(before);
    }

    /**
     * The run is killed once its checkpoint knows the new topic only; buffers have latents of both. One that repeats misses the topic
     * before it is recreated; the others find it recreated, and longer than it was, where they read on.
     */
    @ParameterizedTest
    @ValueSource(strings = {"repeat", "redistribute", "wait"})
    void aTopicThatIsRecreatedWhileARunTrainsIsReadFromItsBeginning(String whenDry) throws Exception {
        String run = "live-" + whenDry;
        TrainerCluster own = trainers.withPrefix(run + "-");
        own.write("north", 100);
        own.write("south", 100);
        String topic = own.partition("north", 0).topic();
        Path endless = own.settings(run, whenDry, 0);
        if (!whenDry.equals("repeat")) {
            Files.writeString(
                    endless, Files.readString(endless).replace("commit-every:", "discover-every: 10m, commit-every:"));
        }
        try (CommandProcess trainer = own.launch(endless)) {
            trainer.awaitLine("step 3 ");
            try (Admin admin = own.connection().admin()) {
                delete(admin, topic);
            }
            if (whenDry.equals("repeat")) {
                await().atMost(Duration.ofMinutes(5)).until(() -> own.ledger(run).stream()
                        .anyMatch(step -> step.getLeft().contains(topic)));
            }
            own.write("north", 100, 300);
            own.write("south", 100, 200);
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> opened(own, run, topic).size() == 2);
            trainer.awaitLine("step %d ".formatted(own.ledger(run).size() + 6));
        }

        Path settings = own.settings(run, whenDry, own.ledger(run).size() + 5);
        own.complete(settings);
        Ended verified = own.run("ledger", "verify", "--run=" + run, "--config=" + settings);

        List<LedgerSource> opened = opened(own, run, topic);
        assertThat(opened).hasSize(2);
        assertThat(opened.get(1).getTopicId()).isNotEqualTo(opened.get(0).getTopicId());
        assertThat(opened.get(1).getNext()).containsOnly(0L);
        List<LedgerStep> steps = own.ledger(run);
        assertThat(steps)
                .extracting(LedgerStep::getStep)
                .isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
        assertThat(steps.stream()
                        .takeWhile(
                                step -> step.getStep() == 1 || step.getOpened().isEmpty()))
                .as("before the topic is read from its beginning, nothing is")
                .flatExtracting(LedgerStep::getSamples)
                .extracting(LedgerSample::getImage)
                .doesNotContainAnyElementsOf(ids("north", 100, 300));
        assertThat(verified.text())
                .contains("samples: topic %s was deleted and recreated".formatted(topic))
                .endsWith("no mismatch");
    }

    private static void delete(Admin admin, String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
        await().until(() -> !admin.listTopics().names().get().contains(topic));
    }

    private static List<LedgerSource> opened(TrainerCluster own, String run, String topic) {
        return own.ledger(run).stream()
                .flatMap(step -> step.getOpened().stream())
                .filter(source -> source.getTopic().equals(topic))
                .toList();
    }

    private static int partitions(Admin admin, String topic) throws Exception {
        Map<String, TopicDescription> described =
                admin.describeTopics(List.of(topic)).allTopicNames().get();
        return described.values().iterator().next().partitions().size();
    }

    /** Two topics that are dry at first; then the join's way of writing: in transactions, with markers after them. */
    @Test
    void latentsThatArriveTakeThePlaceOfThoseThatADrySourceRepeats() throws Exception {
        TrainerCluster own = trainers.withPrefix("grows-");
        own.write("north", 8);
        own.write("south", 8);
        try (CommandProcess trainer = own.launch(own.settings("grows", "repeat", 0))) {
            trainer.awaitLine("step 3 ");
            assertThat(own.ledger("grows").get(2).getSamples()).allMatch(LedgerSample::getStays);

            writeInTransactions(own, "north", 8, 60);
            writeInTransactions(own, "south", 8, 60);
            Set<String> first = ids("north", 0, 8);
            first.addAll(ids("south", 0, 8));

            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                trainer.requireAlive();
                List<LedgerStep> steps = own.ledger("grows");
                assertThat(steps.subList(steps.size() - 3, steps.size()))
                        .flatExtracting(LedgerStep::getSamples)
                        .extracting(LedgerSample::getImage)
                        .doesNotContainAnyElementsOf(first);
            });
        }
    }

    private static void writeInTransactions(TrainerCluster to, String source, int from, int end) throws Exception {
        Topic<Latent> topic = to.connection().topics().latents(source);
        try (KafkaProducer<String, Latent> producer = new KafkaProducer<>(
                to.connection().transactionalProperties("test-" + source),
                new StringSerializer(),
                to.connection().serializer(topic))) {
            producer.initTransactions();
            for (int i = from; i < end; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(
                                topic.name(), TrainerCluster.id(source, i), TrainerCluster.latent(source, i)))
                        .get();
                producer.commitTransaction();
            }
        }
    }

    private static Set<String> ids(String source, int from, int end) {
        return IntStream.range(from, end)
                .mapToObj(i -> TrainerCluster.id(source, i))
                .collect(Collectors.toCollection(HashSet::new));
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
}
