package dev.latentstream.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.tokenizer.BytePairsFiles.SpecialTokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The byte-level BPE tokenizers of CLIP and OPT (arXiv 1508.07909): bytes, merged into longer tokens in the order in which the
 * merges were learnt. Thread-safe.
 */
public final class BytePairs implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HuggingFaceTokenizer tokenizer;
    private final VocabularySize size;
    private final String hash;
    private final long start;
    private final long end;
    private final long pad;
    private final boolean hasEnd;

    /**
     * @param hasEnd whether an end token follows a text, as the start token precedes it
     */
    private BytePairs(
            HuggingFaceTokenizer tokenizer,
            VocabularySize size,
            String hash,
            SpecialTokens<Long> special,
            boolean hasEnd) {
        this.tokenizer = tokenizer;
        this.size = size;
        this.hash = hash;
        this.start = special.start();
        this.end = special.end();
        this.pad = special.pad();
        this.hasEnd = hasEnd;
    }

    /**
     * Reads CLIP's tokenizer: {@code tokenizer.json}, or else {@code vocab.json} and {@code merges.txt}. The folder's other
     * files name the padding token: the end token (CLIP) or another (OpenCLIP: {@code !}).
     */
    public static BytePairs clip(Path folder) throws IOException {
        return read(folder, new SpecialTokens<>("<|startoftext|>", "<|endoftext|>", "<|endoftext|>"), true);
    }

    /** Reads OPT's tokenizer from the same files. */
    public static BytePairs opt(Path folder) throws IOException {
        return read(folder, new SpecialTokens<>("</s>", "</s>", "<pad>"), false);
    }

    /** Number of ids, and the file that has them. */
    public VocabularySize size() {
        return size;
    }

    /** Hash of what determines the ids of texts. */
    public String hash() {
        return hash;
    }

    /** Id of the token that precedes a text. */
    public long start() {
        return start;
    }

    /** Id of the token that ends a text. */
    long end() {
        return end;
    }

    /** Id of the padding token. */
    public long pad() {
        return pad;
    }

    /** Token ids of a text, with its special tokens. */
    public long[] ids(String text) {
        return framed(plainIds(text));
    }

    /** Token ids of a text, with its special tokens, truncated or padded to a length of at least 2. */
    public long[] ids(String text, int length) {
        long[] ids = plainIds(text);
        long[] cut = framed(Arrays.copyOf(ids, Math.min(ids.length, length - (hasEnd ? 2 : 1))));
        long[] padded = Arrays.copyOf(cut, length);
        Arrays.fill(padded, cut.length, length, pad);
        return padded;
    }

    /** The text of token ids, without special tokens. */
    public String text(long[] ids) {
        return tokenizer.decode(ids, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private long[] plainIds(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    private long[] framed(long[] ids) {
        long[] framed = new long[ids.length + (hasEnd ? 2 : 1)];
        framed[0] = start;
        System.arraycopy(ids, 0, framed, 1, ids.length);
        if (hasEnd) {
            framed[framed.length - 1] = end;
        }
        return framed;
    }

    private static BytePairs read(Path folder, SpecialTokens<String> defaults, boolean hasEnd) throws IOException {
        Path json = folder.resolve("tokenizer.json");
        SpecialTokens<String> special = defaults.withPad(BytePairsFiles.pad(folder, defaults.pad()));
        Path source = Files.exists(json) ? json : folder.resolve("vocab.json");
        ObjectNode description =
                Files.exists(json) ? BytePairsFiles.json(json) : BytePairsFiles.description(folder, hasEnd);
        BytePairMerges.requireWhole(Files.exists(json) ? json : folder.resolve("merges.txt"), description);
        BytePairsFiles.override(description, folder);
        SpecialTokens<Long> ids = BytePairsFiles.ids(source, description, special);
        return new BytePairs(
                tokenizer(description, source),
                VocabularySize.of(source, description),
                TokenizerHash.of(description),
                ids,
                hasEnd);
    }

    private static HuggingFaceTokenizer tokenizer(ObjectNode description, Path source) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(JSON.writeValueAsBytes(description));
        try {
            return HuggingFaceTokenizer.newInstance(bytes, WordPiece.OPTIONS);
        } catch (RuntimeException e) { // all that the native tokenizer reports of a bad file
            throw new IOException("%s: not a tokenizer: %s".formatted(source, e.getMessage()), e);
        }
    }
}
