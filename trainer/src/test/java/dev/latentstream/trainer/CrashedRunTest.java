package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.InMemoryLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run that ends at an exact moment of step 4, which is one of a report and of a checkpoint, and is resumed from what it left: its ledger
 * and its checkpoints. The mixture changes before, at or after that step.
 */
class CrashedRunTest extends TrainerFixture {
    private static final long STEPS = 6;
    private static final MixturePolicy CHANGED = MixturePolicy.newBuilder()
            .setSourceWeights(Map.of("a", 1.0, "b", 4.0))
            .setAltTextProbability(0)
            .build();

    /** The moments: the ledger has the step, the step is trained, its loss is reported, its checkpoint is written. */
    @ParameterizedTest
    @CsvSource({
        "recorded 4, 3",
        "recorded 4, 4",
        "recorded 4, 5",
        "trained 4, 4",
        "reported 4, 4",
        "reported 4, 5",
        "checkpoint 4, 4",
        "checkpoint 4, 5"
    })
    void aRunThatEndsAtAMomentAndIsResumedIsOneThatDoesNot(String moment, long change)
            throws IOException, InterruptedException {
        log = newLog(change);
        train(settings("whole", STEPS), Optional.empty());
        List<LedgerStep> whole = log.steps().subList(0, (int) STEPS);
        Map<Long, Float> losses = lossesByStep();
        metrics.clear();

        log = newLog(change);
        moments = now -> crashAt(moment, now);
        log.afterAppend(step -> crashAt(moment, "recorded " + step));
        assertThatThrownBy(() -> train(settings("crashed", STEPS), Optional.empty()))
                .hasStackTraceContaining(Crash.class.getName());
        moments = now -> {};
        log.afterAppend(step -> {});
        Optional<Path> checkpoint = Checkpoints.latest(folder.resolve("crashed"));
        assertThat(checkpoint.map(Checkpoints::step))
                .isEqualTo(moment.startsWith("checkpoint") ? Optional.of(4L) : Optional.empty());
        assertThat(log.steps()).hasSizeGreaterThanOrEqualTo(4);
        train(settings("crashed", STEPS), checkpoint);

        assertThat(log.steps().subList(0, (int) STEPS)).isEqualTo(whole);
        assertThat(log.steps()).extracting(LedgerStep::getStep).doesNotHaveDuplicates();
        assertThat(lossesByStep()).isEqualTo(losses);
        for (String file : List.of(
                "network/diffusion_pytorch_model.safetensors",
                "network_ema/diffusion_pytorch_model.safetensors",
                "optimizer.safetensors")) {
            assertThat(end("crashed").resolve(file))
                    .hasSameBinaryContentAs(end("whole").resolve(file));
        }
        assertThat(RunState.read(end("crashed")).feed())
                .isEqualTo(RunState.read(end("whole")).feed()); // also the latents in the buffers
    }

    /** The process of a checkpoint was killed while it wrote. */
    @Test
    void whatAnUnfinishedCheckpointLeftIsNotResumed() throws IOException, InterruptedException {
        log = newLog(4);
        train(settings("whole", STEPS), Optional.empty());
        log = newLog(4);
        moments = now -> crashAt("reported 4", now);
        assertThatThrownBy(() -> train(settings("crashed", STEPS), Optional.empty()))
                .isInstanceOf(Crash.class);
        moments = now -> {};
        Path unfinished = Files.createDirectories(folder.resolve("crashed/checkpoints/step-00000004.part/network"));
        Files.writeString(unfinished.resolve("diffusion_pytorch_model.safetensors"), "torn");

        assertThat(Checkpoints.latest(folder.resolve("crashed"))).isEmpty();
        train(settings("crashed", STEPS), Optional.empty());

        assertThat(unfinished).doesNotExist();
        Path weights = Path.of("network", "diffusion_pytorch_model.safetensors");
        assertThat(end("crashed").resolve(weights))
                .hasSameBinaryContentAs(end("whole").resolve(weights));
    }

    private static void crashAt(String moment, String now) {
        if (now.equals(moment)) {
            throw new Crash();
        }
    }

    /** Returns a log on which the mixture changes at a step that is drawn live; a step that is repeated has the recorded one. */
    private InMemoryLog newLog(long change) {
        InMemoryLog made = new InMemoryLog().topic("latents-a", 1, 200).topic("latents-b", 1, 200);
        mixture = () -> made.steps().size() < change - 1
                ? new VersionedPolicy<>(0, Fixtures.policy())
                : new VersionedPolicy<>(1, CHANGED);
        return made;
    }

    /** A step that is repeated is reported again. */
    private Map<Long, Float> lossesByStep() {
        Map<Long, Float> losses = new TreeMap<>();
        for (TrainingMetrics report : metrics) {
            long step = report.getStep() - report.getLosses().size();
            for (float loss : report.getLosses()) {
                losses.put(++step, loss);
            }
        }
        return losses;
    }

    private Path end(String run) {
        return folder.resolve(run).resolve("checkpoints").resolve("step-0000000" + STEPS);
    }

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
