package dev.latentstream.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT's tokenizer: lower case, words and punctuation split, unknown words as the longest known pieces. Thread-safe.
 */
public final class WordPiece implements AutoCloseable {
    static final String PAD = "[PAD]";
    static final String UNKNOWN = "[UNK]";
    static final String START = "[CLS]";
    public static final String END = "[SEP]";
    static final String MASK = "[MASK]";
    public static final String DECODE = "[DEC]"; // BLIP's start token

    /** Turns off what a {@code tokenizer.json} was saved with. */
    static final Map<String, String> OPTIONS = Map.of("padding", "false", "truncation", "false");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HuggingFaceTokenizer tokenizer;
    private final VocabularySize size;
    private final String hash;

    private WordPiece(HuggingFaceTokenizer tokenizer, VocabularySize size, String hash) {
        this.tokenizer = tokenizer;
        this.size = size;
        this.hash = hash;
    }

    /** Reads {@code tokenizer.json}, or else {@code vocab.txt}, of a model's folder. */
    public static WordPiece read(Path folder) throws IOException {
        Path json = folder.resolve("tokenizer.json");
        Path vocabulary = folder.resolve("vocab.txt");
        if (Files.exists(json)) {
            return of(ModelFiles.read(json), json);
        }
        if (Files.exists(vocabulary)) {
            List<String> words = TextLines.read(vocabulary);
            if (!words.contains(UNKNOWN)) {
                throw new IOException("%s: it has %d tokens without %s".formatted(vocabulary, words.size(), UNKNOWN));
            }
            return of(json(words), vocabulary);
        }
        throw new IOException(folder + ": neither tokenizer.json nor vocab.txt");
    }

    /** A tokenizer with this vocabulary; a token's id is its index. */
    public static WordPiece of(List<String> vocabulary) {
        try {
            return of(json(vocabulary), Path.of("vocabulary"));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Number of ids, and the file that has them. */
    public VocabularySize size() {
        return size;
    }

    /** Hash of what determines the ids of texts. */
    public String hash() {
        return hash;
    }

    /** Token ids of a text, without special tokens. */
    public long[] ids(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    /** The text of token ids, without special tokens. */
    public String text(long[] ids) {
        return tokenizer.decode(ids, true).strip();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static WordPiece of(byte[] json, Path source) throws IOException {
        try {
            JsonNode description = JSON.readTree(json);
            return new WordPiece(
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS),
                    VocabularySize.of(source, description),
                    TokenizerHash.of(description));
        } catch (RuntimeException e) { // all that the native tokenizer reports of a bad file
            throw new IOException("%s: not a tokenizer: %s".formatted(source, e.getMessage()), e);
        }
    }

    /** The description of BERT's tokenizer, as the tokenizers library reads it. */
    private static byte[] json(List<String> vocabulary) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        List<Map<String, Object>> special = new ArrayList<>();
        for (String word : vocabulary) {
            if (word.matches("\\[[A-Z]+]")) {
                special.add(specialToken(word, ids.size()));
            }
            ids.put(word, ids.size());
        }
        Map<String, Object> normalizer = new LinkedHashMap<>();
        normalizer.put("type", "BertNormalizer");
        normalizer.put("clean_text", true);
        normalizer.put("handle_chinese_chars", true);
        normalizer.put("strip_accents", null);
        normalizer.put("lowercase", true);
        return ModelConfig.bytes(Map.of(
                "version",
                "1.0",
                "added_tokens",
                special,
                "normalizer",
                normalizer,
                "pre_tokenizer",
                Map.of("type", "BertPreTokenizer"),
                "decoder",
                Map.of("type", "WordPiece", "prefix", "##", "cleanup", true),
                "model",
                Map.of(
                        "type",
                        "WordPiece",
                        "unk_token",
                        UNKNOWN,
                        "continuing_subword_prefix",
                        "##",
                        "max_input_chars_per_word",
                        100,
                        "vocab",
                        ids)));
    }

    private static Map<String, Object> specialToken(String word, int id) {
        return Map.of(
                "id", id,
                "content", word,
                "single_word", false,
                "lstrip", false,
                "rstrip", false,
                "normalized", false,
                "special", true);
    }
}
