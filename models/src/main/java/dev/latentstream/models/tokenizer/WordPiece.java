package dev.latentstream.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.latentstream.models.weights.ModelConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT's tokenizer: lower case, words and punctuation apart, unknown words as the longest known pieces. Safe for several
 * threads.
 */
public final class WordPiece implements AutoCloseable {
    static final String PAD = "[PAD]";
    static final String UNKNOWN = "[UNK]";
    static final String START = "[CLS]";
    public static final String END = "[SEP]";
    static final String MASK = "[MASK]";
    public static final String DECODE = "[DEC]"; // BLIP's own start of a text

    private final HuggingFaceTokenizer tokenizer;

    private WordPiece(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Reads {@code tokenizer.json}, or else {@code vocab.txt}, of a model's folder. */
    public static WordPiece read(Path folder) throws IOException {
        Path json = folder.resolve("tokenizer.json");
        Path words = folder.resolve("vocab.txt");
        if (Files.exists(json)) {
            return of(Files.readAllBytes(json), json);
        }
        if (Files.exists(words)) {
            return of(json(Files.readAllLines(words)), words);
        }
        throw new IOException(folder + ": neither tokenizer.json nor vocab.txt");
    }

    /** A tokenizer of these words and pieces, numbered by their places. */
    public static WordPiece of(List<String> vocabulary) {
        try {
            return of(json(vocabulary), Path.of("vocabulary"));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Numbers of a text's words and pieces, without marks of start or end. */
    public long[] ids(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    /** The text of words and pieces, marks left out. */
    public String text(long[] ids) {
        return tokenizer.decode(ids, true).strip();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static WordPiece of(byte[] json, Path source) throws IOException {
        try {
            return new WordPiece(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), Map.of()));
        } catch (RuntimeException e) { // the native tokenizer's only sign of a bad file
            throw new IOException("%s: not a tokenizer: %s".formatted(source, e.getMessage()), e);
        }
    }

    /** The description that the tokenizer library reads, of BERT's own steps. */
    private static byte[] json(List<String> vocabulary) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<Map<String, Object>> marks = new ArrayList<>();
        for (String word : vocabulary) {
            if (word.matches("\\[[A-Z]+]")) {
                marks.add(mark(word, numbers.size()));
            }
            numbers.put(word, numbers.size());
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
                marks,
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
                        numbers)));
    }

    private static Map<String, Object> mark(String word, int id) {
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
