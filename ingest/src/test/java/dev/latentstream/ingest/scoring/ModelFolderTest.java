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

    @Test
    void aFileInPlaceOfAListOfLabelsIsRefusedWithItsKey(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("model.yaml"), "output: {labels: labels.txt}\nscores: {nsfw: p(porn) > 0.5}\n");

        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "output.labels is not a list; a file with a value on each line is given by labels-file");
    }

    /** Such a network would be run for no output, which ONNX Runtime refuses. */
    @Test
    void aScoreThatReadsNoOutputIsRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("model.yaml"), "scores: {a: output(score), b: 'max(0.5, 1) > 2'}\n");

        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("scores.b: \"max(0.5, 1) > 2\" reads no output of the model");
    }

    /** The size of a buffer is an int. */
    @Test
    void aBatchThatNoBufferCanHoldIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.yaml");
        Files.writeString(file, "input: {size: 4096}\nmax-batch: 10\nscores: {a: output(score)}\n");
        assertThat(ModelFolder.read(folder).settings().maxBatch()).isEqualTo(10);

        Files.writeString(file, "input: {size: 4096}\nmax-batch: 11\nscores: {a: output(score)}\n");
        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "max-batch 11: images of input.size 4096 are 2214592512 bytes, more than 2147483647");
    }

    @Test
    void theScoresOfTextAreInOrder() {
        assertThat(TextScorer.SCORES.keySet()).containsExactly("text-area", "text-confidence");
    }
}
