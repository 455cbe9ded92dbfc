package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.ForeignRecords;
import dev.latentstream.app.testing.TrainerCluster;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a process of its own that trains on the recorded steps of another one. */
class ReplayIT {
    private static final int STEPS = 12;

    @TempDir
    private static Path folder;

    @AutoClose
    private static TrainerCluster trainers;

    @BeforeAll
    static void record() throws Exception {
        trainers = TrainerCluster.start(folder);
        trainers.write("east", 60);
        trainers.write("west", 20);
        Ended first = trainers.train(trainers.settings("first", STEPS));
        assertThat(first.exitCode()).as("%s", first).isZero();
        for (String run : List.of("first", "second", "pair-uvit-h512-d12-n8")) { // none of them may be ended by these
            ForeignRecords.write(
                    trainers.connection(), trainers.connection().topics().trainingLedger(), run);
            ForeignRecords.write(
                    trainers.connection(), trainers.connection().topics().trainingMetrics(), run);
        }
    }

    /** The settings are those of the recorded run, so that its weights are the same, too. */
    @Test
    void aReplayThatIsKilledHasTheSamplesAndTheWeightsOfTheRecordedRun() throws Exception {
        Path settings = trainers.settings("unused", 0); // it ends with the ledger, not after a number of steps
        String[] options = {"--run=second", "--replay=first"};
        trainers.kill(settings, 7, options);
        Ended second;
        try (Producer<byte[], byte[]> killed = trainers.openTransaction("second")) { // as if it was killed in one
            second = trainers.train(settings, options);
        }

        assertThat(second.exitCode()).as("%s", second).isZero();
        List<LedgerStep> recorded = trainers.ledger("first");
        assertThat(recorded).hasSizeGreaterThan(STEPS); // a batch was assembled and never trained
        List<LedgerStep> expected = recorded.subList(0, STEPS);
        List<LedgerStep> found = trainers.ledger("second");
        assertThat(found)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("run")
                .isEqualTo(expected);
        assertThat(found.get(0).getRun().map(LedgerRun::getSettings).map(facts -> facts.get("feed.replay")))
                .isEqualTo(Optional.of("first"));
        assertThat(trainers.weights("second", 10)).hasSizeGreaterThan(1).isEqualTo(trainers.weights("first", 10));
    }

    /** It is killed in the second run, and the first run stays as it is when the same command is given again. */
    @Test
    void networksAreComparedOnTheRecordedStepsOfARun() throws Exception {
        String config = "--config=" + trainers.settings("unused", 0);
        Path page = folder.resolve("page");
        List<String> compare = List.of(
                "compare",
                "--replay=first",
                "--backbones=uvit-h512-d12-n8,pixart-h1024-d28",
                "--scale=tiny",
                "--steps=6",
                "--name=pair",
                "--out=" + page,
                "--http-port=0",
                config);
        try (CommandProcess process = CommandProcess.start(folder, compare)) {
            process.awaitLine("Run 2 of 2: pair-pixart-h1024-d28, 6 steps");
            process.awaitLine("step 5 ");
        }
        List<String> weights = trainers.weights("pair-uvit-h512-d12-n8", 6);

        Ended compared = CommandProcess.run(folder, compare);

        assertThat(compared.exitCode()).as("%s", compared).isZero();
        assertThat(compared.out())
                .contains("All runs hold the same samples, captions and order up to step 6, their last one.");
        assertThat(trainers.weights("pair-uvit-h512-d12-n8", 6)).isEqualTo(weights);
        assertThat(page.resolve("index.html"))
                .content()
                .contains("<td class=\"name\">pair-pixart-h1024-d28</td>", "aria-label=\"Loss over steps\"");
        Ended existing = trainers.run("compare", "--runs=first,pair-pixart-h1024-d28", "--out=" + page, config);
        assertThat(existing.out())
                .contains(
                        "All runs hold the same samples, captions and order up to step 6, the last one of the shortest run.");
    }

    @Test
    void whatCannotBeComparedIsRefusedBeforeAnythingIsTrained() throws Exception {
        String config = "--config=" + trainers.settings("unused", 0);
        String both = "--backbones=uvit-h512-d12-n8,pixart-h1024-d28";

        assertThat(refusal("--runs=unknown,other", config))
                .startsWith("latentstream: there is no checkpoint of a run unknown in ")
                .contains("training: name a run that was trained there");
        assertThat(refusal("--replay=unknown", both, config)).contains("has no steps of the run unknown; it has");
        assertThat(refusal("--dataset=unknown", both, config)).contains("there is no dataset unknown; there are none");
        assertThat(refusal("--replay=first", both, "--steps=99", config))
                .contains("the run first has 12 steps, fewer than --steps 99");
        assertThat(trainers.ledger("compare-first-uvit-h512-d12-n8")).isEmpty();
    }

    private static String refusal(String... options) {
        StringWriter err = new StringWriter();
        String[] arguments =
                Stream.concat(Stream.of("compare"), Stream.of(options)).toArray(String[]::new);
        assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments))
                .isEqualTo(1);
        return err.toString();
    }

    @Test
    void latentsThatTheLogNoLongerHasAreNamedBeforeAnyStep() throws Exception {
        TopicPartition partition = new TopicPartition("latents-lost", 1);
        trainers.write("lost", 40);
        assertThat(trainers.train(trainers.settings("losing", 3)).exitCode()).isZero();
        try (Admin admin = trainers.connection().admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }

        Ended refused = trainers.train(trainers.settings("unused", 0), "--run=third", "--replay=losing");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .last()
                .asString()
                .isEqualTo(
                        "latentstream: the stage trainer failed: the run losing cannot be replayed: its step 1 took"
                                + " latents-lost-1 from offset 0 on, of which the log no longer has the offsets 0 to 1; it begins at 2");
        assertThat(trainers.ledger("third")).isEmpty();
    }
}
