package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;

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
    void theScoresOfTextAreInOrder() {
        assertThat(TextScorer.SCORES.keySet()).containsExactly("text-area", "text-confidence");
    }
}
