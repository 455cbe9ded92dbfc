package dev.latentstream.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.latentstream.models.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code tools/reference/byte_pairs.py}. */
class BytePairsTest {
    private static final List<String> WHOLE = List.of("tokenizer.json", "tokenizer_config.json");
    private static final List<String> PARTS = List.of("vocab.json", "merges.txt", "tokenizer_config.json");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"tokenizer-clip, true", "tokenizer-clip, false", "tokenizer-clip-h, true", "tokenizer-clip-h, false"})
    void clipAgreesWithTransformersFromEitherLayout(String name, boolean whole) throws IOException {
        try (BytePairs tokenizer = BytePairs.clip(copy(name, whole ? WHOLE : PARTS))) {
            for (JsonNode row : reference(name)) {
                String text = row.get("text").asText();
                assertThat(tokenizer.ids(text)).as(text).containsExactly(longs(row.get("fast")));
                assertThat(tokenizer.ids(text, 16)).as(text).containsExactly(longs(row.get("padded")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void optAgreesWithTransformersFromEitherLayout(boolean whole) throws IOException {
        try (BytePairs tokenizer = BytePairs.opt(copy("tokenizer-opt", whole ? WHOLE : PARTS))) {
            for (JsonNode row : reference("tokenizer-opt")) {
                String text = row.get("text").asText();
                assertThat(tokenizer.ids(text)).as(text).containsExactly(longs(row.get("slow")));
                assertThat(tokenizer.ids(text)).as(text).containsExactly(longs(row.get("fast")));
                assertThat(tokenizer.text(tokenizer.ids(text)))
                        .isEqualTo(row.get("decoded").asText());
            }
            assertThat(tokenizer.pad()).isEqualTo(1);
        }
    }

    @Test
    void olderFoldersNameThePaddingTokenInTheirSpecialTokens() throws IOException {
        copy("tokenizer-clip", List.of("vocab.json", "merges.txt"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"<|endoftext|>\"}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"pad_token\": {\"content\": \"!\"}}");

        try (BytePairs tokenizer = BytePairs.clip(folder)) {
            assertThat(tokenizer.pad()).isZero();
            assertThat(tokenizer.end()).isEqualTo(1099);
        }
    }

    /** A {@code tokenizer.json} that transformers 5 makes from a vocabulary finds special tokens only as they are written. */
    @Test
    void aSpecialTokenInCapitalsIsTextWhereTheTokenizerSaysSo() throws IOException {
        unnormalised("{}");

        try (BytePairs tokenizer = BytePairs.clip(folder)) {
            assertThat(tokenizer.ids("a <|endoftext|> b")).containsExactly(1098, 320, 1099, 321, 1099);
            assertThat(tokenizer.ids("a <|ENDOFTEXT|> b"))
                    .containsExactly(1098, 320, 27, 347, 514, 683, 69, 798, 91, 285, 321, 1099);
            assertThat(tokenizer.ids("<|STARTOFTEXT|> x"))
                    .containsExactly(1098, 27, 347, 572, 534, 687, 69, 798, 91, 285, 343, 1099);
        }
    }

    /** As the tokenizer in Python and OpenAI's, which lower the case first. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSpecialTokenInCapitalsIsOneWhereTheConfigurationSaysSo(boolean whole) throws IOException {
        if (whole) {
            unnormalised(Files.readString(Reference.folder("tokenizer-clip").resolve("tokenizer_config.json")));
        } else {
            copy("tokenizer-clip", PARTS);
        }

        try (BytePairs tokenizer = BytePairs.clip(folder)) {
            assertThat(tokenizer.ids("a <|ENDOFTEXT|> b")).containsExactly(1098, 320, 1099, 321, 1099);
            assertThat(tokenizer.ids("a<|EndOfText|>b")).containsExactly(1098, 320, 1099, 321, 1099);
            assertThat(tokenizer.ids("<|STARTOFTEXT|> x")).containsExactly(1098, 1098, 343, 1099);
        }
    }

    private void unnormalised(String config) throws IOException {
        String json = Files.readString(Reference.folder("tokenizer-clip").resolve("tokenizer.json"));
        assertThat(json).contains("\"normalized\":true,\"special\":true");
        Files.writeString(
                folder.resolve("tokenizer.json"),
                json.replace("\"normalized\":true,\"special\":true", "\"normalized\":false,\"special\":true"));
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.json", "merges.txt", "tokenizer_config.json", "tokenizer.json"})
    void aPointerOfGitLfsIsNamed(String name) throws IOException {
        copy("tokenizer-clip", PARTS);
        Files.writeString(
                folder.resolve(name), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n");

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve(name) + ": a pointer of Git LFS, not the file itself; run: git lfs pull");
    }

    @Test
    void aFolderWithoutTokenizerIsRefused() {
        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessage(folder + ": neither tokenizer.json nor vocab.json with merges.txt");
    }

    @Test
    void aLineThatIsNotAPairIsRefused() throws IOException {
        copy("tokenizer-clip", PARTS);
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\nt h\nt h e\n");

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("merges.txt") + ": line 3, \"t h e\", is not a pair");
    }

    @Test
    void aTokenizerWithoutMergesIsRefused() throws IOException {
        copy("tokenizer-clip", PARTS);
        Path merges = Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n");

        assertThatThrownBy(() -> BytePairs.clip(folder)).hasMessage(merges + ": it has no merges");

        Path json = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {}}}");

        assertThatThrownBy(() -> BytePairs.clip(folder)).hasMessage(json + ": it has no merges");
    }

    /** Texts would be read as other tokens than those that the network was trained on. */
    @Test
    void mergesOfWhichAPartIsMissingAreRefused() throws IOException {
        copy("tokenizer-clip", PARTS);
        Path merges = folder.resolve("merges.txt");
        List<String> lines = Files.readAllLines(merges);
        Files.write(merges, lines.subList(0, 401));

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessage(
                        merges + ": its 400 merges make all but 186 tokens of the vocabulary; at most 16 may be left");

        JsonNode whole = new ObjectMapper()
                .readTree(Reference.folder("tokenizer-clip")
                        .resolve("tokenizer.json")
                        .toFile());
        ArrayNode all = (ArrayNode) whole.path("model").path("merges");
        while (all.size() > 400) {
            all.remove(400);
        }
        Path json = Files.writeString(folder.resolve("tokenizer.json"), whole.toString());

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessage(
                        json + ": its 400 merges make all but 186 tokens of the vocabulary; at most 16 may be left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " h"})
    void aLastLineThatIsCutIsRefused(String rest) throws IOException {
        copy("tokenizer-clip", PARTS);
        Path merges = folder.resolve("merges.txt");
        Files.writeString(merges, "#version: 0.2\nt h\nxyz" + rest);

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessageStartingWith(merges + ": line 3, \"xyz" + rest + "\", ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer_config.json", "vocab.json", "merges.txt", "tokenizer.json"})
    void aFolderInPlaceOfAFileIsNamed(String name) throws IOException {
        copy("tokenizer-clip", PARTS);
        Files.deleteIfExists(folder.resolve(name));
        Path inPlace = Files.createDirectory(folder.resolve(name));

        assertThatThrownBy(() -> BytePairs.clip(folder)).hasMessage(inPlace + ": a folder, not a file");
    }

    @Test
    void jsonThatIsCutIsDescribedWithoutRemarksOfTheParser() throws IOException {
        copy("tokenizer-clip", PARTS);
        Path json = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"merges\": [\"a b\"");

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessage(json + ": not valid JSON: Unexpected end-of-input: expected close marker for Array");

        Files.writeString(json, "{\"model\": NaN}");

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessage(json + ": not valid JSON: Non-standard token 'NaN'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"a\": 1} {\"a\": 1} | more than one value", "{\"a\": 1, \"a\": 2} | Duplicate field 'a'"})
    void jsonWithTwoReadingsIsRefused(String content, String fault) throws IOException {
        copy("tokenizer-clip", PARTS);
        Path json = Files.writeString(folder.resolve("tokenizer_config.json"), content);

        assertThatThrownBy(() -> BytePairs.clip(folder)).hasMessage(json + ": not valid JSON: " + fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer_config.json", "vocab.json"})
    void theFileThatIsDamagedIsNamed(String name) throws IOException {
        copy("tokenizer-clip", PARTS);

        Path damaged = Files.writeString(folder.resolve(name), "{\"pad_token\": ");
        assertThatThrownBy(() -> BytePairs.clip(folder)).hasMessageStartingWith(damaged + ": not valid JSON: ");

        Files.writeString(damaged, "");
        assertThatThrownBy(() -> BytePairs.clip(folder)).hasMessage(damaged + ": not a JSON object");
    }

    @Test
    void aPairOfUnknownPiecesIsRefused() throws IOException {
        copy("tokenizer-clip", PARTS);
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\nxyzzy plugh\n");

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("merges.txt") + ": line 2, \"xyzzy plugh\", makes no token of vocab.json");
    }

    @Test
    void aVocabularyWithoutItsSpecialTokensIsRefused() throws IOException {
        copy("tokenizer-opt", PARTS);

        assertThatThrownBy(() -> BytePairs.clip(folder))
                .hasMessage(folder.resolve("vocab.json") + ": the vocabulary lacks the special token <|startoftext|>");
    }

    private Path copy(String name, List<String> files) throws IOException {
        for (String file : files) {
            Files.copy(Reference.folder(name).resolve(file), folder.resolve(file));
        }
        return folder;
    }

    private static JsonNode reference(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Reference.folder(name).resolve("reference.json").toFile());
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }
}
