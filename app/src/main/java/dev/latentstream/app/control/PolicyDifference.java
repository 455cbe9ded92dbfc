package dev.latentstream.app.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * The fields in which two policies differ.
 *
 * @param field path of the field, for example {@code source_weights.photos}
 * @param from its value in the first policy; null if it has none
 * @param to its value in the second policy; null if it has none
 */
record PolicyDifference(
        String field, @Nullable JsonNode from, @Nullable JsonNode to) {
    /** Returns the fields whose values differ, sorted by path. */
    static List<PolicyDifference> between(Policy first, Policy second) {
        Map<String, JsonNode> from = fields(first);
        Map<String, JsonNode> to = fields(second);
        Set<String> all = new TreeSet<>(from.keySet());
        all.addAll(to.keySet());
        return all.stream()
                .map(field -> new PolicyDifference(field, from.get(field), to.get(field)))
                .filter(difference -> !Objects.equals(difference.from, difference.to))
                .toList();
    }

    static ArrayNode json(List<PolicyDifference> differences) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (PolicyDifference difference : differences) {
            ObjectNode node = array.addObject();
            node.put("field", difference.field);
            node.set("from", difference.from);
            node.set("to", difference.to);
        }
        return array;
    }

    String line() {
        if (from == null) {
            return "%s: added %s".formatted(field, to);
        }
        return to == null ? "%s: removed %s".formatted(field, from) : "%s: %s -> %s".formatted(field, from, to);
    }

    private static Map<String, JsonNode> fields(Policy policy) {
        Map<String, JsonNode> fields = new TreeMap<>();
        flatten("", RecordJson.record((GenericRecord) policy.getPolicy()), fields);
        if (policy.getPolicy() instanceof MixturePolicy mixture) {
            fields.keySet().removeIf(field -> field.startsWith("schedule"));
            fields.put("schedule", schedule(mixture));
        }
        return fields;
    }

    /** Ramps as {@code control set mixture --schedule} takes them: several may be of one value. */
    private static ArrayNode schedule(MixturePolicy mixture) {
        ArrayNode ramps = JsonNodeFactory.instance.arrayNode();
        mixture.getSchedule().stream().map(RampCodec::text).sorted().forEach(ramps::add);
        return ramps;
    }

    /** Items that have a name are compared by name, so that their order does not matter. */
    private static void flatten(String path, JsonNode node, Map<String, JsonNode> into) {
        if (node.isObject()) {
            node.properties().forEach(field -> flatten(below(path, field.getKey()), field.getValue(), into));
        } else if (node.isArray() && !node.isEmpty() && isNamed(node)) {
            for (JsonNode item : node) {
                ObjectNode values = ((ObjectNode) item).deepCopy();
                String name = values.remove("name").asText();
                flatten(below(path, name), values, into);
            }
        } else {
            into.put(path, node);
        }
    }

    private static boolean isNamed(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.forEach(item -> names.add(item.path("name").asText("")));
        return StreamSupport.stream(array.spliterator(), false)
                        .allMatch(item -> item.isObject() && item.path("name").isTextual())
                && Set.copyOf(names).size() == names.size();
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
