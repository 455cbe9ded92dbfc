package dev.latentstream.app.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.Policy;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/** Formats policies, with the built-in one of each kind unless a policy for all sources replaces it. */
public final class PolicyView {
    private PolicyView() {}

    public static ArrayNode json(Map<String, Policy> written) {
        ArrayNode policies = JsonNodeFactory.instance.arrayNode();
        withBuiltIn(written).forEach((key, policy) -> {
            ObjectNode node = policies.addObject();
            node.put("key", key);
            node.put("version", policy.getVersion());
            node.put("author", policy.getAuthor());
            node.put("time", policy.getTime().toString());
            node.put("reason", policy.getReason());
            node.set("policy", RecordJson.record((GenericRecord) policy.getPolicy()));
        });
        return policies;
    }

    static String line(String key, Policy policy) {
        return "%-20s version %d (%s)%n    %s"
                .formatted(key, policy.getVersion(), origin(policy), RecordJson.record((GenericRecord)
                        policy.getPolicy()));
    }

    /** Returns author, time and reason of a version. */
    private static String origin(Policy policy) {
        if (policy.getVersion() == 0) {
            return "built in";
        }
        String reason = policy.getReason().isEmpty() ? "" : ": " + policy.getReason();
        return "%s, %s%s".formatted(policy.getAuthor(), policy.getTime(), reason);
    }

    static Map<String, Policy> withBuiltIn(Map<String, Policy> written) {
        Map<String, Policy> all = new TreeMap<>();
        for (PolicyKind kind : PolicyKind.values()) {
            all.put(kind.key(PolicyKind.EVERYWHERE), builtIn(kind));
        }
        all.putAll(written);
        return all;
    }

    private static Policy builtIn(PolicyKind kind) {
        Object policy =
                switch (kind) {
                    case FILTER -> PolicyRules.builtInFilter();
                    case CAPTION -> PolicyRules.builtInCaption();
                    case MIXTURE -> PolicyRules.builtInMixture();
                };
        return new Policy(0L, "latentstream", Instant.EPOCH, policy, "");
    }
}
