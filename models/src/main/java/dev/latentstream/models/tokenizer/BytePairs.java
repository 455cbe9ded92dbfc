package dev.latentstream.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The tokenizers of CLIP and of OPT: bytes, joined to pieces of words in the order in which the vocabulary learnt its pairs
 * (arXiv 1508.07909). Safe for several threads.
 */
public final class BytePairs implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> OPTIONS = Map.of("padding", "false", "truncation", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final long start;
    private final long end;
    private final long pad;
    private final boolean ended;

    /**
     * @param ended whether the mark of the end is put behind a text, beside that of the start before it
     */
    private BytePairs(HuggingFaceTokenizer tokenizer, BytePairsFiles.Marks<Long> marks, boolean ended) {
        this.tokenizer = tokenizer;
        this.start = marks.start();
        this.end = marks.end();
        this.pad = marks.pad();
        this.ended = ended;
    }

    /**
     * Reads CLIP's tokenizer: {@code tokenizer.json}, or else {@code vocab.json} and {@code merges.txt}. What texts are padded
     * with, their end (CLIP) or another mark (OpenCLIP: {@code !}), is what the folder's other files say.
     */
    public static BytePairs clip(Path folder) throws IOException {
        return read(folder, new BytePairsFiles.Marks<>("<|startoftext|>", "<|endoftext|>", "<|endoftext|>"), true);
    }

    /** Reads OPT's tokenizer from the same files. */
    public static BytePairs opt(Path folder) throws IOException {
        return read(folder, new BytePairsFiles.Marks<>("</s>", "</s>", "<pad>"), false);
    }

    /** The mark behind a text. */
    long end() {
        return end;
    }

    /** What fills a row behind a text. */
    public long pad() {
        return pad;
    }

    /** Numbers of a text's pieces, with its marks. */
    public long[] ids(String text) {
        return framed(pieces(text));
    }

    /** Numbers of a text's pieces, with its marks, cut or padded to a length of at least 2. */
    public long[] ids(String text, int length) {
        long[] pieces = pieces(text);
        long[] cut = framed(Arrays.copyOf(pieces, Math.min(pieces.length, length - (ended ? 2 : 1))));
        long[] padded = Arrays.copyOf(cut, length);
        Arrays.fill(padded, cut.length, length, pad);
        return padded;
    }

    /** The text of pieces, marks left out. */
    public String text(long[] ids) {
        return tokenizer.decode(ids, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private long[] pieces(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    private long[] framed(long[] pieces) {
        long[] framed = new long[pieces.length + (ended ? 2 : 1)];
        framed[0] = start;
        System.arraycopy(pieces, 0, framed, 1, pieces.length);
        if (ended) {
            framed[framed.length - 1] = end;
        }
        return framed;
    }

    private static BytePairs read(Path folder, BytePairsFiles.Marks<String> usual, boolean ended) throws IOException {
        Path json = folder.resolve("tokenizer.json");
        BytePairsFiles.Marks<String> marks = usual.withPad(BytePairsFiles.pad(folder, usual.pad()));
        Path source = Files.exists(json) ? json : folder.resolve("vocab.json");
        try {
            ObjectNode description = Files.exists(json) ? object(json) : BytePairsFiles.description(folder, ended);
            BytePairsFiles.Marks<Long> numbers = BytePairsFiles.numbers(description, marks);
            return new BytePairs(tokenizer(description, source), numbers, ended);
        } catch (JsonProcessingException e) {
            throw new IOException("%s: not sound JSON: %s".formatted(source, e.getOriginalMessage()), e);
        }
    }

    private static ObjectNode object(Path path) throws IOException {
        if (JSON.readTree(path.toFile()) instanceof ObjectNode object) {
            return object;
        }
        throw new IOException(path + ": not a JSON object");
    }

    private static HuggingFaceTokenizer tokenizer(ObjectNode description, Path source) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(JSON.writeValueAsBytes(description));
        try {
            return HuggingFaceTokenizer.newInstance(bytes, OPTIONS);
        } catch (RuntimeException e) { // the native tokenizer's only sign of a bad file
            throw new IOException("%s: not a tokenizer: %s".formatted(source, e.getMessage()), e);
        }
    }
}
