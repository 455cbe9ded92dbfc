package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.trainer.feed.SourceState;
import dev.latentstream.trainer.feed.SourceState.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    private static final RunState STATE = new RunState(
            "run",
            1,
            32,
            300,
            Fixtures.FORMAT,
            "fake",
            7,
            List.of(SourceState.of("latents-a", 40, Map.of(0, 12L, 3, 9L), List.of(new Slot("image", 3, 5)))));

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
    void aStateWithTheEarlierNamesOfItsFieldsIsRead() throws IOException {
        STATE.write(folder);
        Path file = folder.resolve("state.json");
        String json = Files.readString(file);
        assertThat(json).contains("\"recordsTaken\"", "\"imageId\"", "\"format\"");

        Files.writeString(
                file,
                json.replace("\"recordsTaken\"", "\"pulls\"")
                        .replace("\"imageId\"", "\"image\"")
                        .replace("\"format\"", "\"form\""));

        assertThat(RunState.read(folder)).isEqualTo(STATE);
    }

    @Test
    void settingsOfAnotherRunAreRefused() {
        TrainerSettings settings = new TrainerSettings();

        STATE.check(settings, "fake");
        assertThatThrownBy(() -> STATE.check(settings, "clip"))
                .hasMessage("the checkpoint of step 300 has the text encoder fake, the settings have clip");
    }

    @Test
    void aBrokenStateIsNamed() throws IOException {
        Files.writeString(folder.resolve("state.json"), "{\"run\": 1");

        assertThatThrownBy(() -> RunState.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("state.json is not a run's state");
    }
}
