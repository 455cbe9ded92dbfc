package dev.latentstream.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The size of a tokenizer's vocabulary.
 *
 * @param source file of the vocabulary, for messages
 * @param ids one more than the highest id
 */
public record VocabularySize(Path source, long ids) {
    /** The size of a description as the tokenizers library reads it. */
    static VocabularySize of(Path source, JsonNode description) {
        long last = -1;
        for (JsonNode id : description.path("model").path("vocab")) {
            last = Math.max(last, id.asLong());
        }
        for (JsonNode added : description.path("added_tokens")) {
            last = Math.max(last, added.path("id").asLong());
        }
        return new VocabularySize(source, last + 1);
    }

    /**
     * Refuses a tokenizer that has ids without an embedding: the first text with such a token would fail.
     *
     * @param vocabSize of the network
     */
    public void requireAtMost(int vocabSize) throws IOException {
        if (ids > vocabSize) {
            throw new IOException(
                    "%s: it has %d tokens; vocab_size in config.json is %d".formatted(source, ids, vocabSize));
        }
    }
}
