package dev.latentstream.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordPieceTest {
    @TempDir
    private Path folder;

    @Test
    void wordsAreDecodedInLowerCase() {
        List<String> vocabulary = WordPieceVocabulary.build(List.of("A red fish, and a blue car."));
        try (WordPiece words = WordPiece.of(vocabulary)) {
            assertThat(words.text(words.ids("A Blue fish, and a red car."))).isEqualTo("a blue fish, and a red car.");
            assertThat(words.ids("blue fish")).hasSize(2);
        }
    }

    @Test
    void anUnknownWordIsSpelt() {
        try (WordPiece words = WordPiece.of(WordPieceVocabulary.build(List.of("a fish")))) {
            assertThat(words.ids("zebra")).hasSize(5);
            assertThat(words.text(words.ids("a zebra"))).isEqualTo("a zebra");
        }
    }

    @Test
    void specialTokensAreNotText() {
        List<String> vocabulary = WordPieceVocabulary.build(List.of("a fish"));
        try (WordPiece words = WordPiece.of(vocabulary)) {
            long end = vocabulary.indexOf(WordPiece.END);
            long fish = vocabulary.indexOf("fish");

            assertThat(words.text(new long[] {fish, end})).isEqualTo("fish");
        }
    }

    @Test
    void aFileThatIsNotATokenizerIsNamed() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{}");

        assertThatThrownBy(() -> WordPiece.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": not a tokenizer: ");
    }
}
