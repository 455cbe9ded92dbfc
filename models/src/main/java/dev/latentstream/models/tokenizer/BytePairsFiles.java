package dev.latentstream.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/** Makes of a folder's files the description of a byte-pair tokenizer that the tokenizer library reads. */
final class BytePairsFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** CLIP's words: English endings, runs of letters, single digits, runs of anything else but space. */
    private static final String CLIP_WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private BytePairsFiles() {}

    /** What stands before a text, behind it, and behind that up to the length of a row. */
    record Marks<T>(T start, T end, T pad) {
        Marks<T> withPad(T other) {
            return new Marks<>(start, end, other);
        }
    }

    /**
     * What a folder pads with. As in transformers: where {@code tokenizer_config.json} lists the added tokens it decides,
     * before that {@code special_tokens_map.json} has the last word.
     */
    static String pad(Path folder, String usual) throws IOException {
        JsonNode config = json(folder.resolve("tokenizer_config.json"));
        String configured = text(config.path("pad_token"), usual);
        return config.has("added_tokens_decoder")
                ? configured
                : text(json(folder.resolve("special_tokens_map.json")).path("pad_token"), configured);
    }

    private static JsonNode json(Path path) throws IOException {
        return Files.exists(path) ? JSON.readTree(path.toFile()) : JSON.createObjectNode();
    }

    private static String text(JsonNode token, String otherwise) {
        return token.isObject() ? token.path("content").asText(otherwise) : token.asText(otherwise);
    }

    /**
     * The numbers of marks, each of which becomes one piece wherever it stands in a text.
     *
     * @param description marks are added where it lacks them
     */
    static Marks<Long> numbers(ObjectNode description, Marks<String> marks) throws IOException {
        Marks<Long> numbers = new Marks<>(
                number(description, marks.start()), number(description, marks.end()), number(description, marks.pad()));
        ArrayNode added = description.withArray("added_tokens");
        for (String mark : new LinkedHashSet<>(List.of(marks.start(), marks.end(), marks.pad()))) {
            if (added.findValuesAsText("content").stream().noneMatch(mark::equals)) {
                ObjectNode token = added.addObject();
                token.put("id", number(description, mark)).put("content", mark).put("special", true);
                token.put("single_word", false).put("lstrip", false).put("rstrip", false);
                token.put("normalized", mark.equals(marks.start()) || mark.equals(marks.end()));
            }
        }
        return numbers;
    }

    private static long number(ObjectNode description, String mark) throws IOException {
        for (JsonNode token : description.path("added_tokens")) {
            if (token.path("content").asText().equals(mark)) {
                return token.path("id").asLong();
            }
        }
        JsonNode number = description.path("model").path("vocab").path(mark);
        if (!number.isIntegralNumber()) {
            throw new IOException("the vocabulary lacks the mark " + mark);
        }
        return number.asLong();
    }

    /**
     * Reads {@code vocab.json} and {@code merges.txt}.
     *
     * @param words whether pieces know the ends of words, as CLIP's do
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
        model.set("vocab", JSON.readTree(vocabulary.toFile()));
        model.set("merges", merges(folder.resolve("merges.txt")));
        return description;
    }

    private static void bytes(ObjectNode step, boolean prefix) {
        step.put("type", "ByteLevel").put("add_prefix_space", prefix);
        step.put("trim_offsets", true).put("use_regex", true);
    }

    /** Pairs a line; the first line is a remark. */
    private static ArrayNode merges(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException(path + ": no such file");
        }
        ArrayNode merges = JSON.createArrayNode();
        List<String> lines = Files.readAllLines(path);
        for (int i = 1; i < lines.size(); i++) {
            String[] pair = lines.get(i).split(" ", -1);
            if (pair.length == 2) {
                merges.addArray().add(pair[0]).add(pair[1]);
            } else if (!lines.get(i).isEmpty()) {
                throw new IOException("%s: line %d, \"%s\", is not a pair".formatted(path, i + 1, lines.get(i)));
            }
        }
        return merges;
    }
}
