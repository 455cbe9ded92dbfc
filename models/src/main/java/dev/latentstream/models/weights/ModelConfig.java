package dev.latentstream.models.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A model's {@code config.json}, read key by key; a fault is one message with file, key and value. */
public final class ModelConfig {
    /** Python writes -Infinity, as in some schedulers of diffusers. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Sixty times the largest vocabulary; products of two fit a long. */
    private static final int MAX_SIZE = 1 << 24;

    /** The deepest published networks have some hundred. */
    private static final int MAX_LAYERS = 1_000;

    private final Path path;
    private final JsonNode node;

    private ModelConfig(Path path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    public static ModelConfig read(Path path) throws IOException {
        try {
            JsonNode node = JSON.readTree(ModelFiles.read(path));
            if (!node.isObject()) {
                throw new IOException(path + ": not a JSON object");
            }
            return new ModelConfig(path, node);
        } catch (JsonProcessingException e) {
            throw new IOException(path + ": not valid JSON: " + ModelFiles.jsonFault(e), e);
        }
    }

    /** The content of a config file with these values. */
    public static byte[] bytes(Map<String, Object> values) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(values);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(values + " cannot be written as JSON", e);
        }
    }

    /** The file, for messages. */
    public Path path() {
        return path;
    }

    /** All keys of the object. */
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** The value of a key as JSON; empty where it is missing. */
    public String json(String key) {
        return node.path(key).toString();
    }

    /** The object under a key; empty where the key is absent. */
    public ModelConfig section(String key) {
        return new ModelConfig(path, node.path(key));
    }

    public int integer(String key, int defaultValue) throws IOException {
        return has(key) ? integer(key) : defaultValue;
    }

    public int integer(String key) throws IOException {
        int value = checked(key, ModelConfig::isInteger, "an integer").intValue();
        if (value > MAX_SIZE) {
            throw fault(key, "at most %d is read".formatted(MAX_SIZE));
        }
        return value;
    }

    /** A number of layers, of which each needs memory before any weight is read. */
    public int layers(String key, int defaultValue) throws IOException {
        return requireLayers(key, integer(key, defaultValue));
    }

    /** Returns the number of layers under a key if a network can have it. */
    public int requireLayers(String key, int layers) throws IOException {
        if (layers > MAX_LAYERS) {
            throw fault(key, "at most %d layers are read".formatted(MAX_LAYERS));
        }
        return layers;
    }

    /** The side of a square: a number, or a list of two equal ones, as transformers 5 may write it. */
    public int side(String key, int defaultValue) throws IOException {
        if (!isList(key)) {
            return integer(key, defaultValue);
        }
        List<Integer> sides = integers(key);
        if (sides.size() != 2 || !sides.get(0).equals(sides.get(1))) {
            throw fault(key, "supported is a square");
        }
        return sides.get(0);
    }

    public double number(String key, double defaultValue) throws IOException {
        return has(key) ? checked(key, ModelConfig::isFinite, "a number").doubleValue() : defaultValue;
    }

    public String text(String key, String defaultValue) throws IOException {
        return has(key) ? checked(key, JsonNode::isTextual, "a string").textValue() : defaultValue;
    }

    public boolean flag(String key, boolean defaultValue) throws IOException {
        return has(key) ? checked(key, JsonNode::isBoolean, "true or false").booleanValue() : defaultValue;
    }

    public boolean isList(String key) {
        return node.path(key).isArray();
    }

    public boolean isObject(String key) {
        return node.path(key).isObject();
    }

    public List<String> texts(String key) throws IOException {
        List<String> values = new ArrayList<>();
        checked(key, ModelConfig::isTexts, "a list of strings").forEach(n -> values.add(n.textValue()));
        return values;
    }

    /** Every key with its value, all of which must be strings. */
    Map<String, String> allTexts() throws IOException {
        if (!node.isObject()) {
            throw new IOException(path + ": no object");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : keys()) {
            values.put(key, checked(key, JsonNode::isTextual, "a string").textValue());
        }
        return values;
    }

    public List<Integer> integers(String key) throws IOException {
        List<Integer> values = new ArrayList<>();
        checked(key, ModelConfig::isIntegers, "a list of integers").forEach(n -> values.add(n.intValue()));
        return values;
    }

    public List<Double> numbers(String key) throws IOException {
        List<Double> values = new ArrayList<>();
        checked(key, ModelConfig::isNumbers, "a list of numbers").forEach(n -> values.add(n.doubleValue()));
        return values;
    }

    /**
     * Refuses any other value of a key; numbers compare by value.
     *
     * @param supported as JSON
     */
    void checkOneOf(String key, List<String> supported) throws IOException {
        JsonNode value = node.path(key);
        for (String json : supported) {
            JsonNode candidate = JSON.readTree(json);
            boolean same = (value.isNumber() && candidate.isNumber())
                    ? value.doubleValue() == candidate.doubleValue()
                    : value.equals(candidate);
            if (same) {
                return;
            }
        }
        throw fault(key, "supported is " + String.join(" or ", supported));
    }

    /** An exception that names the file, the key and its value. */
    public IOException fault(String key, String what) {
        JsonNode value = node.path(key);
        return new IOException(
                "%s: %s is %s; %s".formatted(path, key, value.isMissingNode() ? "missing" : value, what));
    }

    private JsonNode checked(String key, Predicate<JsonNode> valid, String kind) throws IOException {
        JsonNode value = node.path(key);
        if (!valid.test(value)) {
            throw value.isMissingNode()
                    ? new IOException("%s: %s is missing".formatted(path, key))
                    : fault(key, "expected " + kind);
        }
        return value;
    }

    private static boolean isIntegers(JsonNode value) {
        return value.isArray() && all(value, ModelConfig::isInteger);
    }

    /** Jackson itself reads 2.5 as 2. */
    private static boolean isInteger(JsonNode value) {
        return value.canConvertToInt() && value.canConvertToExactIntegral();
    }

    private static boolean isTexts(JsonNode value) {
        return value.isArray() && all(value, JsonNode::isTextual);
    }

    private static boolean isNumbers(JsonNode value) {
        return value.isArray() && all(value, ModelConfig::isFinite);
    }

    private static boolean isFinite(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.doubleValue());
    }

    private static boolean all(JsonNode array, Predicate<JsonNode> valid) {
        for (JsonNode value : array) {
            if (!valid.test(value)) {
                return false;
            }
        }
        return true;
    }
}
