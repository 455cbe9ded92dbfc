package dev.latentstream.app.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.runtime.policy.PolicyHistory;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.schemas.Policy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/** Formats policies. */
public final class PolicyView {
    private PolicyView() {}

    public static ArrayNode json(Map<String, Policy> shown) {
        ArrayNode policies = JsonNodeFactory.instance.arrayNode();
        shown.forEach((key, policy) -> policies.add(json(key, policy)));
        return policies;
    }

    /** Returns every version of the given keys. */
    static ArrayNode history(PolicyHistory history, List<String> keys) {
        ArrayNode policies = JsonNodeFactory.instance.arrayNode();
        keys.forEach(key -> history.versions(key).forEach(policy -> policies.add(json(key, policy))));
        return policies;
    }

    private static ObjectNode json(String key, Policy policy) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("key", key);
        node.put("version", policy.getVersion());
        node.put("author", policy.getAuthor());
        node.put("time", policy.getTime().toString());
        node.put("reason", policy.getReason());
        node.set("policy", RecordJson.record((GenericRecord) policy.getPolicy()));
        return node;
    }

    static String line(String key, Policy policy) {
        return "%s%n    %s".formatted(heading(key, policy), body(policy));
    }

    static String heading(String key, Policy policy) {
        return "%-20s version %d (%s)".formatted(key, policy.getVersion(), origin(policy));
    }

    static String body(Policy policy) {
        return RecordJson.record((GenericRecord) policy.getPolicy()).toString();
    }

    /** Returns author, time and reason of a version. */
    private static String origin(Policy policy) {
        if (policy.getVersion() == 0) {
            return "built in";
        }
        String reason = policy.getReason().isEmpty() ? "" : ": " + policy.getReason();
        return "%s, %s%s".formatted(policy.getAuthor(), policy.getTime(), reason);
    }

    /** Returns policies with the built-in one of each kind that has none for all sources, sorted by key. */
    public static Map<String, Policy> withBuiltIn(Map<String, Policy> written) {
        Map<String, Policy> all = new TreeMap<>();
        for (PolicyKind kind : PolicyKind.values()) {
            all.put(kind.key(PolicyKind.EVERYWHERE), PolicyHistory.builtIn(kind));
        }
        all.putAll(written);
        return all;
    }
}
