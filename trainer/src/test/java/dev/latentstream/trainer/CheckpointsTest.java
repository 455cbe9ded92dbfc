package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.RecordPosition;
import dev.latentstream.trainer.feed.SourceState;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    private static final TopicPartition AT = new TopicPartition("latents-a", 3);
    private static final RunState STATE = new RunState(
            "run",
            new FeedSnapshot(
                    300,
                    9600,
                    Fixtures.facts(1, new FeedRules(32, WhenDry.REPEAT, 8, 3)),
                    new VersionedPolicy<>(
                            7,
                            MixturePolicy.newBuilder()
                                    .setSourceWeights(Map.of("a", 0.5))
                                    .build()),
                    List.of(new SourceState(
                            "latents-a",
                            "id",
                            40,
                            new TreeMap<>(Map.of(0, 12L, 3, 9L)),
                            List.of(new SourceState.Tombstone("gone", new RecordPosition("latents-a", 3, 11))),
                            List.of(Fixtures.sample(AT, 5), Fixtures.sample(AT, 2))))),
            new LedgerPosition("ledger-id", 1, 4711));

    @TempDir
    private Path folder;

    @Test
    void theNewestHasTheLastStepAndTheOldestAreDeleted() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder.resolve("c"), 2);
        assertThat(checkpoints.latest()).isEmpty();

        for (long step : new long[] {5, 10, 100, 1_000_000_000}) {
            checkpoints.write(step, here -> Files.writeString(here.resolve("a"), "a"));
        }

        assertThat(checkpoints.latest()).contains(folder.resolve("c/step-1000000000"));
        try (Stream<Path> all = Files.list(folder.resolve("c"))) {
            assertThat(all)
                    .extracting(p -> p.getFileName().toString())
                    .containsExactlyInAnyOrder("step-00000100", "step-1000000000");
        }
    }

    @Test
    void aFailedCheckpointLeavesThePreviousOneTheNewest() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, 2);
        checkpoints.write(5, here -> Files.writeString(here.resolve("a"), "a"));

        assertThatThrownBy(() -> checkpoints.write(10, here -> {
                    Files.writeString(here.resolve("a"), "a");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        assertThat(checkpoints.latest()).contains(folder.resolve("step-00000005"));
    }

    @Test
    void aStateIsReadAsItWasWritten() throws IOException {
        STATE.write(folder);

        assertThat(RunState.read(folder)).isEqualTo(STATE);
    }

    @Test
    void aStateFromBeforeMixturesHadSchedulesIsReadWithoutOne() throws IOException {
        STATE.write(folder);
        Path file = folder.resolve("state.json");
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        ((ObjectNode) json.get("mixture")).remove(List.of("objective_weights", "schedule"));
        Files.writeString(file, json.toString());

        assertThat(RunState.read(folder)).isEqualTo(STATE);
    }

    @Test
    void aStateOfAnEarlierVersionIsRefusedWithWhatCanBeDone() throws IOException {
        Files.writeString(folder.resolve("state.json"), """
                {"run": "run", "seed": 1, "batchSize": 32, "step": 300, "form": {"encoderId": "encoder", "shape": [2, 4, 4],
                 "type": "FLOAT32"}, "textEncoder": "fake", "mixturePolicy": 7, "sources": []}""");

        assertThatThrownBy(() -> RunState.read(folder))
                .hasMessage(
                        "%s has the version 1; this program reads 2. Its run cannot be continued, but a new one can"
                                + " start from its network (trainer.backbone.folder)",
                        folder.resolve("state.json"));
    }

    @Test
    void settingsOfAnotherRunAreRefused() {
        LedgerRun recorded = STATE.feed().run();
        LedgerRun other =
                LedgerRun.newBuilder(recorded).setSeed(2).setTextEncoder("clip").build();

        RunFacts.checkIdentity(recorded, recorded);
        assertThatThrownBy(() -> RunFacts.checkIdentity(recorded, other))
                .hasMessage("the run cannot be resumed with seed 2 instead of 1, text encoder clip instead of fake:"
                        + " start a new one, or set what was recorded");
    }

    @Test
    void settingsThatChangeTheSequenceAreRefusedByNameUnlessTheUserSaysSo() {
        TrainerSettings settings = new TrainerSettings();
        LedgerRun recorded = settings.facts(Fixtures.FORMAT, "fake");
        LedgerRun other = settings.with(s -> {
                    s.feed = Fixtures.feed(WhenDry.WAIT, 64, 64);
                    s.optimiser = new OptimiserSettings(1e-4, 100, 0.2, 0.01, 1.0, 0.999);
                })
                .facts(Fixtures.FORMAT, "fake");

        RunFacts.check(recorded, other, true);
        assertThatThrownBy(() -> RunFacts.check(recorded, other, false))
                .hasMessage(
                        "the run was recorded with other settings: feed.shuffle 64 instead of 2048, feed.when-dry wait"
                                + " instead of repeat, optimiser.learning-rate 1.0E-4 instead of 0.001. Set what was recorded, or"
                                + " let them change from here on (train --change-settings)");
    }

    @Test
    void everyKeyOfTheRecordedSettingsIsAKeyOfTheSettingsFile() {
        assertThat(new TrainerSettings()
                        .facts(Fixtures.FORMAT, "fake")
                        .getSettings()
                        .keySet())
                .containsExactlyInAnyOrder(
                        "batch-size",
                        "feed.when-dry",
                        "feed.shuffle",
                        "feed.minimum",
                        "computation.multiplications",
                        "computation.recompute",
                        "computation.micro-batch",
                        "diffusion.schedule",
                        "diffusion.zero-terminal-snr",
                        "diffusion.prediction",
                        "diffusion.min-snr",
                        "diffusion.shift",
                        "optimiser.learning-rate",
                        "optimiser.warm-up",
                        "optimiser.cool-down",
                        "optimiser.weight-decay",
                        "optimiser.max-norm",
                        "optimiser.average-decay");
    }

    @Test
    void aDamagedCheckpointIsNamedWithTheNewestWholeOneBeforeIt() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, 4);
        for (long step : new long[] {100, 200, 300}) {
            checkpoints.write(step, here -> {
                Files.createDirectory(here.resolve("network"));
                Files.write(here.resolve("network/weights"), new byte[] {1, 2, 3});
                Files.writeString(here.resolve("state.json"), "{}");
            });
        }
        assertThat(checkpoints.resumable(0)).contains(folder.resolve("step-00000300"));

        Files.write(folder.resolve("step-00000300/network/weights"), new byte[] {1, 2, 4});
        assertThatThrownBy(() -> checkpoints.resumable(0))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the checkpoint %s is damaged: network/weights has the SHA-256"
                                + " d4b29a968c40173638ded8d174c86957afa211be479cee020dba5dfe127d91ca, not"
                                + " 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81; the newest whole one before it is"
                                + " that of step 200: train --from 200 continues from there",
                        folder.resolve("step-00000300"));

        Files.delete(folder.resolve("step-00000200/state.json"));
        assertThatThrownBy(() -> checkpoints.resumable(0))
                .hasMessageEndingWith("that of step 100: train --from 100 continues from there");
        assertThatThrownBy(() -> checkpoints.resumable(200))
                .hasMessageContaining("is damaged: state.json is missing; ");
        Files.delete(folder.resolve("step-00000100/SHA256SUMS"));
        assertThatThrownBy(() -> checkpoints.resumable(0)).hasMessageEndingWith("; no earlier one is whole");
    }

    @Test
    void aRunThatWentBackToAnEarlierCheckpointReplacesTheLaterOnes() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, 2);
        for (long step : new long[] {100, 200, 300}) {
            checkpoints.write(step, here -> Files.writeString(here.resolve("a"), "a"));
        }
        assertThat(checkpoints.resumable(200)).contains(folder.resolve("step-00000200"));

        checkpoints.write(250, here -> Files.writeString(here.resolve("a"), "b"));

        assertThat(checkpoints.latest()).contains(folder.resolve("step-00000250"));
        assertThat(checkpoints.resumable(200)).isPresent();
        assertThatThrownBy(() -> checkpoints.resumable(300))
                .hasMessage("no checkpoint of step 300 in %s; there are those of steps 200, 250", folder);
    }

    @Test
    void aBrokenStateIsNamed() throws IOException {
        Files.writeString(folder.resolve("state.json"), "{\"run\": 1");

        assertThatThrownBy(() -> RunState.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("state.json is not a run's state")
                .hasMessageNotContaining("Source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "step", "samples", "mixturePolicy", "mixture", "facts", "ledger", "sources"})
    void aStateThatLacksAPartIsNamed(String part) throws IOException {
        STATE.write(folder);
        Path file = folder.resolve("state.json");
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        json.remove(part);
        Files.writeString(file, json.toString());

        assertThatThrownBy(() -> RunState.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("%s is not a run's state: it has no %s", file, part);
    }

    /** It was named a state of version 1, as which nobody had written it. */
    @Test
    void anEmptyStateIsNoStateOfAnEarlierVersion() throws IOException {
        Path state = Files.writeString(folder.resolve("state.json"), "");

        assertThatThrownBy(() -> RunState.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("%s is not a run's state: it is no JSON object", state);
    }
}
