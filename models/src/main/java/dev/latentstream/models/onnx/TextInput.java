package dev.latentstream.models.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.latentstream.models.onnx.OnnxNetwork.Feed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The form in which a network takes texts: tokens, padded or cut to one length, and the mask of those that are no padding. Not thread-safe. */
public final class TextInput implements AutoCloseable {
    /** More than any token has: what follows is cut off before the tokenizer reads it. */
    private static final int MOST_CHARS_A_TOKEN = 200;

    private final HuggingFaceTokenizer tokenizer;
    private final int length;
    private final long padding;

    private TextInput(HuggingFaceTokenizer tokenizer, int length, long padding) {
        this.tokenizer = tokenizer;
        this.length = length;
        this.padding = padding;
    }

    /** The tokens of a batch and their mask, (B, length) each. */
    public record Tokens(Feed ids, Feed mask) {}

    /**
     * Loads a tokenizer.
     *
     * @param file a {@code tokenizer.json} as the tokenizers library writes it
     * @param length of each text in tokens, the special ones included
     * @param padding id of the token after a shorter text
     * @throws IOException if it is none
     */
    public static TextInput open(Path file, int length, long padding) throws IOException {
        Map<String, String> options =
                Map.of("padding", "false", "truncation", "true", "maxLength", Integer.toString(length));
        try (InputStream json = Files.newInputStream(file)) {
            return new TextInput(HuggingFaceTokenizer.newInstance(json, options), length, padding);
        } catch (RuntimeException e) { // all that the native tokenizer reports of a bad file
            throw new IOException("%s: not a tokenizer: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Returns the tokens of texts. */
    public Tokens tokens(List<String> texts) {
        long[] ids = new long[texts.size() * length];
        long[] mask = new long[ids.length];
        Arrays.fill(ids, padding);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).strip();
            Encoding encoding =
                    tokenizer.encode(text.substring(0, Math.min(text.length(), MOST_CHARS_A_TOKEN * length)));
            long[] own = encoding.getIds();
            System.arraycopy(own, 0, ids, i * length, own.length);
            Arrays.fill(mask, i * length, i * length + own.length, 1);
        }
        long[] shape = {texts.size(), length};
        return new Tokens(new Feed.Longs(LongBuffer.wrap(ids), shape), new Feed.Longs(LongBuffer.wrap(mask), shape));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
