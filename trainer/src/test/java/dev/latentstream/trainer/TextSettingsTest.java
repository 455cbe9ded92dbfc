package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.schemas.LedgerRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSettingsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void theDefaultIsTheShippedEncoderWithTheTokensOfTheSettings() throws IOException {
        try (TextEncoder encoder = new TextSettings().load(Device.cpu())) {
            assertThat(encoder.id()).startsWith("all-minilm-l6-v2-q-");
            assertThat(encoder.tokens()).isEqualTo(48);
        }
    }

    @Test
    void anEncoderOfAFolderDeterminesItsWidthAndTokens() throws IOException {
        try (TextEncoder encoder = settings(Fixtures.clipTower(folder)).load(Device.cpu())) {
            assertThat(encoder.id()).matches("clip-16-[0-9a-f]{16}");
            assertThat(encoder.width()).isEqualTo(16);
            assertThat(encoder.tokens()).isEqualTo(12);
            assertThat(encoder.encode(List.of("a red house", "")).captions()).isEqualTo(2);
        }
    }

    @Test
    void aRunIsNotResumedWithAnotherEncoderOfTheSameWidth() throws IOException {
        Path tower = Fixtures.clipTower(folder);
        TrainerSettings settings = new TrainerSettings().with(s -> s.text = settings(tower));
        try (TextEncoder first = settings.text().load(Device.cpu())) {
            LedgerRun recorded = settings.facts(Fixtures.FORMAT, first.id());
            RunFacts.checkIdentity(recorded, settings.facts(Fixtures.FORMAT, first.id()));
            makeAnother(tower);

            try (TextEncoder other = settings.text().load(Device.cpu())) {
                assertThat(other.width()).isEqualTo(first.width());
                LedgerRun configured = settings.facts(Fixtures.FORMAT, other.id());
                assertThatThrownBy(() -> RunFacts.checkIdentity(recorded, configured))
                        .hasMessageContaining("text encoder %s instead of %s", other.id(), first.id());
            }
        }
    }

    @Test
    void aRunIsNotResumedWithAnotherTokenizer() throws IOException {
        Path tower = Fixtures.clipTower(folder);
        TrainerSettings settings = new TrainerSettings().with(s -> s.text = settings(tower));
        try (TextEncoder first = settings.text().load(Device.cpu())) {
            LedgerRun recorded = settings.facts(Fixtures.FORMAT, first);
            RunFacts.check(recorded, settings.facts(Fixtures.FORMAT, first), false);
            LedgerRun before = settings.facts(Fixtures.FORMAT, first.id()); // of a run that did not record it
            swapMerges(folder.resolve("tokenizer").resolve("merges.txt"));

            try (TextEncoder other = settings.text().load(Device.cpu())) {
                LedgerRun configured = settings.facts(Fixtures.FORMAT, other);
                assertThatThrownBy(() -> RunFacts.check(recorded, configured, false))
                        .hasMessageContaining(
                                "text-encoder.tokenizer %s instead of %s", other.tokenizer(), first.tokenizer());
                RunFacts.check(before, configured, false);
            }
        }
    }

    /** Exchanges the first two merges. */
    private static void swapMerges(Path merges) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(merges));
        Collections.swap(lines, 1, 2);
        Files.write(merges, lines);
    }

    private static TextSettings settings(Path encoder) {
        return SettingsReader.parse("{folder: %s}".formatted(encoder), TextSettings.class, Map.of());
    }

    /** Flips one bit of one weight. */
    private static void makeAnother(Path encoder) throws IOException {
        Path weights = encoder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
    }
}
