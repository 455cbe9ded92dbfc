package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    /** A rejection names the first score that is out of bounds: the same one in every process. */
    @Test
    void scoresAreInTheOrderOfTheFile(@TempDir Path folder) throws IOException {
        String[] names = {"nsfw", "violence", "drawing", "text", "logo", "blur", "age", "meme"};
        Files.writeString(
                folder.resolve("model.yaml"),
                Stream.of(names)
                        .map("  %s: output(score) > 0.5\n"::formatted)
                        .collect(Collectors.joining("", "scores:\n", "")));

        assertThat(ModelFolder.read(folder).bounds().keySet()).containsExactly(names);
    }

    @Test
    void aByteOrderMarkIsNoPartOfALabel(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("labels.txt"), "\ufeffporn\nother\n");
        Files.writeString(
                folder.resolve("model.yaml"), "output: {labels-file: labels.txt}\nscores: {nsfw: p(porn) > 0.5}\n");

        assertThat(ModelFolder.read(folder).labels()).containsExactly("porn", "other");
    }

    /** Such a network would be run for no output, which ONNX Runtime refuses. */
    @Test
    void aScoreThatReadsNoOutputIsRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("model.yaml"), "scores: {a: output(score), b: 'max(0.5, 1) > 2'}\n");

        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("scores.b: \"max(0.5, 1) > 2\" reads no output of the model");
    }

    @Test
    void theScoresOfTextAreInOrder() {
        assertThat(TextScorer.SCORES.keySet()).containsExactly("text-area", "text-confidence");
    }
}
