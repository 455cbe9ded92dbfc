package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.CommandProcess.Ended;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
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
    }

    /** The settings are those of the recorded run, so that its weights are the same, too. */
    @Test
    void aReplayThatIsKilledHasTheSamplesAndTheWeightsOfTheRecordedRun() throws Exception {
        Path settings = trainers.settings("unused", 0); // it ends with the ledger, not after a number of steps
        String[] options = {"--run=second", "--replay=first"};
        trainers.kill(settings, 7, options);

        Ended second = trainers.train(settings, options);

        assertThat(second.exitCode()).as("%s", second).isZero();
        List<LedgerStep> expected = trainers.ledger("first").subList(0, STEPS); // what was assembled is never trained
        List<LedgerStep> found = trainers.ledger("second");
        assertThat(found.subList(0, STEPS))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("run")
                .isEqualTo(expected);
        assertThat(found.get(0).getRun().map(LedgerRun::getSettings).map(facts -> facts.get("feed.replay")))
                .isEqualTo(Optional.of("first"));
        assertThat(trainers.weights("second", 10)).hasSizeGreaterThan(1).isEqualTo(trainers.weights("first", 10));
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
