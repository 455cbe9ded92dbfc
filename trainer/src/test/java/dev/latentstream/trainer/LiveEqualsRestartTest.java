package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import dev.latentstream.trainer.feed.InMemoryLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A mixture that is turned while a run trains, and one that is edited while the run is stopped, are the same. */
class LiveEqualsRestartTest extends TrainerFixture {
    private static final long STEPS = 12;
    private static final long STOPPED_AFTER = 4;
    private static final MixturePolicy EARLIER = Fixtures.policy();

    /** Everything that can be turned: sources, captions, the objective, each from the next steps on or along a ramp. */
    private static final MixturePolicy TURNED = MixturePolicy.newBuilder()
            .setSourceWeights(Map.of("a", 1.0, "b*", 4.0))
            .setObjectiveWeights(Map.of("a", 3.0, "b", 1.0))
            .setAltTextProbability(0)
            .setSchedule(List.of(
                    new MixtureRamp(MixtureDial.ALT_TEXT_PROBABILITY, "", RampShape.COSINE, 4L, 10L, 1.0),
                    new MixtureRamp(MixtureDial.SOURCE_WEIGHT, "a", RampShape.LINEAR, 2L, 8L, 8.0)))
            .build();

    @Test
    void aRunThatIsTurnedEndsWithTheWeightsOfOneThatIsStoppedEditedAndResumed()
            throws IOException, InterruptedException {
        log = newLog();
        mixture = () -> new VersionedPolicy<>(0, EARLIER);
        Optional<Path> stopped = train(settings("restarted", STOPPED_AFTER), Optional.empty());
        mixture = () -> new VersionedPolicy<>(1, TURNED);
        train(settings("restarted", STEPS), stopped);
        List<LedgerStep> restarted = log.steps().subList(0, (int) STEPS);
        long turn = restarted.stream()
                .filter(step -> step.getMixturePolicy() == 1)
                .mapToLong(LedgerStep::getStep)
                .min()
                .orElseThrow();
        assertThat(turn).isBetween(STOPPED_AFTER + 1, STOPPED_AFTER + 2); // one step may have been prefetched

        log = newLog();
        mixture = () ->
                log.steps().size() < turn - 1 ? new VersionedPolicy<>(0, EARLIER) : new VersionedPolicy<>(1, TURNED);
        train(settings("live", STEPS), Optional.empty());

        assertThat(log.steps().subList(0, (int) STEPS)).isEqualTo(restarted);
        for (String file : List.of(
                "network/diffusion_pytorch_model.safetensors",
                "network_ema/diffusion_pytorch_model.safetensors",
                "optimizer.safetensors")) {
            assertThat(end("live").resolve(file))
                    .hasSameBinaryContentAs(end("restarted").resolve(file));
        }
        assertThat(RunState.read(end("live")).feed())
                .isEqualTo(RunState.read(end("restarted")).feed()); // also the latents in the buffers
    }

    @Test
    void aTurnOneStepLaterEndsWithOtherWeights() throws IOException, InterruptedException {
        for (String run : List.of("turned", "later")) {
            int steps = run.equals("turned") ? 4 : 5;
            log = newLog();
            mixture = () ->
                    log.steps().size() < steps ? new VersionedPolicy<>(0, EARLIER) : new VersionedPolicy<>(1, TURNED);
            train(settings(run, STEPS), Optional.empty());
        }

        Path weights = Path.of("network", "diffusion_pytorch_model.safetensors");
        assertThat(Files.mismatch(end("turned").resolve(weights), end("later").resolve(weights)))
                .isNotNegative();
    }

    private static InMemoryLog newLog() {
        return new InMemoryLog().topic("latents-a", 1, 200).topic("latents-b", 1, 200);
    }

    private Path end(String run) {
        return folder.resolve(run).resolve("checkpoints").resolve("step-000000" + STEPS);
    }
}
