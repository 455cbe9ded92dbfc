package dev.latentstream.models.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/** Builds the description of a byte-pair tokenizer, as the tokenizers library reads it, from a folder's files. */
final class BytePairsFiles {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** CLIP's pre-tokenizer: English endings, runs of letters, single digits, runs of anything else except space. */
    private static final String CLIP_WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private BytePairsFiles() {}

    /** The token before a text, the token after it, and the padding token. */
    record SpecialTokens<T>(T start, T end, T pad) {
        SpecialTokens<T> withPad(T other) {
            return new SpecialTokens<>(start, end, other);
        }
    }

    /**
     * The padding token of a folder. As in transformers, {@code tokenizer_config.json} decides where it lists the added tokens;
     * else {@code special_tokens_map.json} takes precedence.
     */
    static String pad(Path folder, String defaultValue) throws IOException {
        JsonNode config = optional(folder.resolve("tokenizer_config.json"));
        String configured = text(config.path("pad_token"), defaultValue);
        return config.has("added_tokens_decoder")
                ? configured
                : text(optional(folder.resolve("special_tokens_map.json")).path("pad_token"), configured);
    }

    private static JsonNode optional(Path path) throws IOException {
        return Files.exists(path) ? json(path) : JSON.createObjectNode();
    }

    /** Reads a JSON object; a fault names the file. */
    static ObjectNode json(Path path) throws IOException {
        byte[] content = ModelFiles.read(path);
        try {
            if (JSON.readTree(content) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IOException("%s: not valid JSON: %s".formatted(path, ModelFiles.jsonFault(e)), e);
        }
        throw new IOException(path + ": not a JSON object");
    }

    private static String text(JsonNode token, String defaultValue) {
        return token.isObject() ? token.path("content").asText(defaultValue) : token.asText(defaultValue);
    }

    /**
     * Replaces added tokens of a description by those of the same content in {@code tokenizer_config.json}, as transformers 5 does. They
     * say whether a token is also found in capitals: {@code normalized}, since the normaliser of CLIP lowers the case.
     */
    static void override(ObjectNode description, Path folder) throws IOException {
        JsonNode listed = optional(folder.resolve("tokenizer_config.json")).path("added_tokens_decoder");
        for (JsonNode added : description.path("added_tokens")) {
            for (JsonNode token : listed) {
                boolean same = token.path("content").equals(added.path("content"));
                if (same && token instanceof ObjectNode flags && added instanceof ObjectNode target) {
                    target.setAll(flags);
                }
            }
        }
    }

    /**
     * The ids of special tokens, each of which is one token wherever it occurs in a text.
     *
     * @param source file of the vocabulary, for messages
     * @param description gets the special tokens that it lacks
     */
    static SpecialTokens<Long> ids(Path source, ObjectNode description, SpecialTokens<String> special)
            throws IOException {
        SpecialTokens<Long> ids = new SpecialTokens<>(
                id(source, description, special.start()),
                id(source, description, special.end()),
                id(source, description, special.pad()));
        ArrayNode added = description.withArray("added_tokens");
        for (String token : new LinkedHashSet<>(List.of(special.start(), special.end(), special.pad()))) {
            if (added.findValuesAsText("content").stream().noneMatch(token::equals)) {
                ObjectNode node = added.addObject();
                node.put("id", id(source, description, token))
                        .put("content", token)
                        .put("special", true);
                node.put("single_word", false).put("lstrip", false).put("rstrip", false);
                node.put("normalized", token.equals(special.start()) || token.equals(special.end()));
            }
        }
        return ids;
    }

    private static long id(Path source, ObjectNode description, String token) throws IOException {
        for (JsonNode added : description.path("added_tokens")) {
            if (added.path("content").asText().equals(token)) {
                return added.path("id").asLong();
            }
        }
        JsonNode id = description.path("model").path("vocab").path(token);
        if (!id.isIntegralNumber()) {
            throw new IOException("%s: the vocabulary lacks the special token %s".formatted(source, token));
        }
        return id.asLong();
    }

    /**
     * Reads {@code vocab.json} and {@code merges.txt}.
     *
     * @param words whether tokens mark the ends of words, as CLIP's do
     */
    static ObjectNode description(Path folder, boolean words) throws IOException {
        Path vocabulary = folder.resolve("vocab.json");
        if (!Files.exists(vocabulary)) {
            throw new IOException(folder + ": neither tokenizer.json nor vocab.json with merges.txt");
        }
        ObjectNode description = JSON.createObjectNode().put("version", "1.0");
        if (words) {
            ArrayNode steps =
                    description.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
            steps.addObject().put("type", "NFC");
            ObjectNode spaces = steps.addObject().put("type", "Replace").put("content", " ");
            spaces.putObject("pattern").put("Regex", "\\s+");
            steps.addObject().put("type", "Lowercase");
        }
        ArrayNode parts =
                description.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        if (words) {
            ObjectNode split = parts.addObject().put("type", "Split").put("behavior", "Removed");
            split.put("invert", true).putObject("pattern").put("Regex", CLIP_WORDS);
        }
        bytes(parts.addObject(), false);
        bytes(description.putObject("decoder"), true);
        ObjectNode model = description.putObject("model").put("type", "BPE");
        model.put("continuing_subword_prefix", "").put("end_of_word_suffix", words ? "</w>" : "");
        model.put("unk_token", words ? "<|endoftext|>" : null).put("fuse_unk", false);
        ObjectNode tokens = json(vocabulary);
        model.set("vocab", tokens);
        model.set("merges", BytePairMerges.read(folder.resolve("merges.txt"), tokens));
        return description;
    }

    private static void bytes(ObjectNode step, boolean prefix) {
        step.put("type", "ByteLevel").put("add_prefix_space", prefix);
        step.put("trim_offsets", true).put("use_regex", true);
    }
}
