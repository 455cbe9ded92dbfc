package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.TrainerCluster;
import dev.latentstream.schemas.LedgerStep;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainers as processes that are killed with signal 9: a resumed run has the ledger and the weights of the run that was not killed, byte for
 * byte. What is not killed runs in this JVM: a process takes seconds to start.
 */
class KilledTrainerIT {
    private static final int STEPS = 24;

    @TempDir
    private static Path folder;

    @AutoClose
    private static TrainerCluster trainers;

    @BeforeAll
    static void writeLatents() throws Exception {
        trainers = TrainerCluster.start(folder);
        trainers.write("east", 150);
        trainers.write("west", 20);
    }

    /** A run of one mode, on topics whose names have a prefix of their own. */
    private record Run(String whenDry, TrainerCluster cluster, Path settings, GroupPositions positions) {
        String killed() {
            return "killed-" + whenDry;
        }

        String whole() {
            return "whole-" + whenDry;
        }
    }

    /** Those of all modes are trained in one process: only its start takes long. Under {@code wait} no partition may end before the last step. */
    @Test
    void runsThatAreKilledHaveTheLedgerAndTheWeightsOfThoseThatAreNot() throws Exception {
        List<Run> runs = List.of(run("repeat", 20), run("redistribute", 20), run("wait", 200));
        for (int step : List.of(2, 3, 8, 14, STEPS - 2)) { // twice before the first checkpoint
            try (CommandProcess process =
                    trainers.launchAll(runs.stream().map(Run::settings).toList())) {
                process.awaitLine("step %d ".formatted(step)); // of the fastest
            }
        }

        for (Run run : runs) {
            run.cluster().complete(run.settings());
            try (GroupPositions positions = run.positions()) {
                assertThat(positions.check(run.killed(), STEPS)).isGreaterThan(2);
            }
            List<LedgerStep> expected = run.cluster().ledger(run.whole()).subList(0, STEPS);
            List<LedgerStep> found = run.cluster().ledger(run.killed());
            assertThat(found).startsWith(expected.toArray(LedgerStep[]::new));
            assertThat(found)
                    .as("no step is written twice")
                    .extracting(LedgerStep::getStep)
                    .isEqualTo(upTo(found.size()));
            assertThat(run.cluster().weights(run.killed(), STEPS))
                    .hasSizeGreaterThan(1)
                    .isEqualTo(run.cluster().weights(run.whole(), STEPS));
        }
    }

    /** Trains a run that is not killed, and prepares another one. */
    private static Run run(String whenDry, int latents) throws Exception {
        TrainerCluster own = trainers.withPrefix(whenDry + "-");
        own.write("east", 200);
        own.write("west", latents);
        Run run = new Run(
                whenDry,
                own,
                own.settings("killed-" + whenDry, whenDry, STEPS),
                new GroupPositions(own.connection(), own.log()));
        own.complete(own.settings(run.whole(), whenDry, STEPS));
        run.positions().follow(run.killed());
        return run;
    }

    private static List<Long> upTo(int step) {
        return LongStream.rangeClosed(1, step).boxed().toList();
    }

    @Test
    void aTrainerThatWasStoppedAndContinuedWritesNothingAfterAnotherTookItsRunOver() throws Exception {
        Path settings = trainers.settings("shared", "repeat", 0);
        try (CommandProcess first = trainers.launch(settings)) {
            first.awaitLine("step 3 ");
            first.signal("STOP");
            try (CommandProcess second = trainers.launch(settings)) {
                second.awaitLine("step %d ".formatted(trainers.ledger("shared").size() + 5));
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
        List<LedgerStep> steps = trainers.ledger("shared");
        assertThat(steps).extracting(LedgerStep::getStep).isEqualTo(upTo(steps.size()));
    }
}
