package dev.latentstream.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the merges of a byte-pair tokenizer, and checks that they are those of its vocabulary. */
final class BytePairMerges {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Words of a vocabulary that no merge makes: OPT's has three placeholders, others have some reserved tokens. */
    private static final int MAX_UNMADE = 16;

    private BytePairMerges() {}

    /** A pair per line; the first line is a comment. */
    static ArrayNode read(Path path, ObjectNode vocabulary) throws IOException {
        ArrayNode merges = JSON.createArrayNode();
        List<String> lines = TextLines.read(path);
        for (int i = 1; i < lines.size(); i++) {
            String[] pair = lines.get(i).split(" ", -1);
            if (pair.length == 2 && !pair[0].isEmpty() && !pair[1].isEmpty()) {
                if (!vocabulary.has(pair[0] + pair[1])) {
                    throw new IOException(
                            "%s: line %d, \"%s\", makes no token of vocab.json".formatted(path, i + 1, lines.get(i)));
                }
                merges.addArray().add(pair[0]).add(pair[1]);
            } else if (!lines.get(i).isEmpty()) {
                throw new IOException("%s: line %d, \"%s\", is not a pair".formatted(path, i + 1, lines.get(i)));
            }
        }
        return merges;
    }

    /**
     * Refuses merges of which a part is missing: texts would be read as other, shorter tokens.
     *
     * @param source file of the merges, for messages
     */
    static void requireWhole(Path source, ObjectNode description) throws IOException {
        JsonNode model = description.path("model");
        Set<String> made = new HashSet<>();
        for (JsonNode merge : model.path("merges")) {
            made.add(
                    merge.isTextual()
                            ? merge.textValue().replace(" ", "")
                            : merge.path(0).asText() + merge.path(1).asText());
        }
        if (made.isEmpty()) { // every text would be read letter by letter
            throw new IOException("%s: it has no merges".formatted(source));
        }
        description
                .path("added_tokens")
                .forEach(added -> made.add(added.path("content").asText()));
        String suffix = model.path("end_of_word_suffix").asText("");
        int unmade = 0;
        for (String token : (Iterable<String>) model.path("vocab")::fieldNames) {
            String letters = token.endsWith(suffix) ? token.substring(0, token.length() - suffix.length()) : token;
            boolean special = token.startsWith("<") && token.endsWith(">");
            if (letters.codePointCount(0, letters.length()) > 1 && !special && !made.contains(token)) {
                unmade++;
            }
        }
        if (unmade > MAX_UNMADE) {
            throw new IOException("%s: its %d merges make all but %d tokens of the vocabulary; at most %d may be left"
                    .formatted(source, model.path("merges").size(), unmade, MAX_UNMADE));
        }
    }
}
