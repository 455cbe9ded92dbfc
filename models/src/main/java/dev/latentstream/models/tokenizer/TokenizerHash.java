package dev.latentstream.models.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.weights.ModelId;

/** Hashes what determines the ids of a text and the text of ids. */
final class TokenizerHash {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private TokenizerHash() {}

    /**
     * Returns the first 16 hexadecimal digits of a SHA-256. The order of keys and the notation of merges do not matter.
     *
     * @param description as the tokenizers library reads it
     */
    static String of(JsonNode description) {
        ObjectNode hashed = JSON.createObjectNode();
        for (String part : new String[] {"added_tokens", "normalizer", "pre_tokenizer", "decoder", "model"}) {
            JsonNode node = description.path(part);
            if (!node.isMissingNode()) {
                hashed.set(part, node.deepCopy());
            }
        }
        if (hashed.path("model") instanceof ObjectNode model && model.has("merges")) {
            model.set("merges", merges(model.path("merges")));
        }
        try {
            return ModelId.of(JSON.writeValueAsBytes(JSON.treeToValue(hashed, Object.class)))
                    .substring(0, 16);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ArrayNode merges(JsonNode merges) {
        ArrayNode texts = JSON.createArrayNode();
        merges.forEach(merge -> texts.add(
                merge.isArray() ? merge.path(0).asText() + " " + merge.path(1).asText() : merge.asText()));
        return texts;
    }
}
