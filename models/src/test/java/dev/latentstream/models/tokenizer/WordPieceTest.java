package dev.latentstream.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** As transformers saves a tokenizer that was last called with {@code padding="max_length", truncation=True}. */
    @Test
    void savedPaddingAndTruncationAreTurnedOff() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version": "1.0",
                 "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
                 "padding": {"strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
                             "pad_type_id": 0, "pad_token": "[PAD]"},
                 "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": null, "decoder": null,
                 "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                           "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "a": 2, "fish": 3}}}
                """);

        try (WordPiece words = WordPiece.read(folder)) {
            assertThat(words.ids("a fish")).containsExactly(2, 3);
            assertThat(words.ids("a fish ".repeat(450))).hasSize(900).endsWith(2, 3);
        }
    }

    @Test
    void aVocabularyThatWasCutIsNamed() throws IOException {
        Path vocabulary = Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n");

        assertThatThrownBy(() -> WordPiece.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(vocabulary + ": it has 1 tokens without [UNK]");
    }

    @Test
    void aVocabularyThatIsNotUtf8IsNamed() throws IOException {
        Path vocabulary = Files.write(folder.resolve("vocab.txt"), new byte[] {'a', '\n', (byte) 0xe9, '\n'});

        assertThatThrownBy(() -> WordPiece.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(vocabulary + ": not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.txt"})
    void aPointerOfGitLfsIsNamed(String name) throws IOException {
        Files.writeString(
                folder.resolve(name), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n");

        assertThatThrownBy(() -> WordPiece.read(folder))
                .hasMessage(folder.resolve(name) + ": a pointer of Git LFS, not the file itself; run: git lfs pull");
    }

    @Test
    void aFileThatIsNotATokenizerIsNamed() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{}");

        assertThatThrownBy(() -> WordPiece.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": not a tokenizer: ");
    }
}
