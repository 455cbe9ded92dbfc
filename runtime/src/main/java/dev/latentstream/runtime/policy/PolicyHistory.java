package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Every version of every policy in {@code control}, at one moment.
 *
 * <p>Versions that the topic lost while it was compacted, before policies had a history, are missing. Immutable.
 */
public final class PolicyHistory {
    /** Versions by number, by key. */
    private final Map<String, NavigableMap<Long, Policy>> versions;

    private PolicyHistory(Map<String, NavigableMap<Long, Policy>> versions) {
        this.versions = versions;
    }

    /**
     * Reads the topic to its current end.
     *
     * @throws dev.latentstream.runtime.ClusterException if {@code control} does not exist, or takes half a minute to read
     */
    public static PolicyHistory read(KafkaConnection connection, Meters meters) {
        return read(sink -> PolicyLog.open(connection, sink, meters));
    }

    static PolicyHistory read(PolicyLog.Opening logs) {
        Map<String, NavigableMap<Long, Policy>> read = new TreeMap<>();
        try (PolicyLog log = logs.open((key, policy) -> {
            if (policy != null) {
                PolicyRules.check(key, policy);
                read.computeIfAbsent(key, unused -> new TreeMap<>()).put(policy.getVersion(), policy);
            }
        })) {
            log.readToEnd(PolicyLog.PATIENCE, System::nanoTime);
        }
        return new PolicyHistory(read);
    }

    /** Returns the keys that have a version, sorted. */
    public List<String> keys() {
        return List.copyOf(versions.keySet());
    }

    /** Returns the versions of a key, the oldest first, without the built-in one. */
    public List<Policy> versions(String key) {
        return new ArrayList<>(versions.getOrDefault(key, new TreeMap<>()).values());
    }

    /** Returns the newest version of a key; the built-in policy if it has none. */
    public Policy newest(PolicyKind kind, String scope) {
        NavigableMap<Long, Policy> ofKey = versions.getOrDefault(kind.key(scope), new TreeMap<>());
        return ofKey.isEmpty() ? builtIn(kind) : ofKey.lastEntry().getValue();
    }

    /**
     * Returns one version of a policy.
     *
     * @param version 0 is the built-in policy, which only the scope of all sources has
     * @throws IllegalArgumentException if the version is not in the topic
     */
    public Policy version(PolicyKind kind, String scope, long version) {
        if (version == 0 && scope.equals(PolicyKind.EVERYWHERE)) {
            return builtIn(kind);
        }
        NavigableMap<Long, Policy> ofKey = versions.getOrDefault(kind.key(scope), new TreeMap<>());
        Policy found = ofKey.get(version);
        if (found == null) {
            throw new IllegalArgumentException("policy %s has no version %d in control; %s"
                    .formatted(kind.key(scope), version, kept(ofKey, scope)));
        }
        return found;
    }

    /** Returns the built-in policy of a kind, as version 0. */
    public static Policy builtIn(PolicyKind kind) {
        return new Policy(0L, "latentstream", Instant.EPOCH, PolicyRules.builtIn(kind), "");
    }

    private static String kept(NavigableMap<Long, Policy> versions, String scope) {
        String builtIn = scope.equals(PolicyKind.EVERYWHERE) ? ", and 0 is built in" : "";
        if (versions.isEmpty()) {
            return "it has none" + builtIn;
        }
        String range = versions.firstKey().equals(versions.lastKey())
                ? "only " + versions.firstKey()
                : "%d to %d".formatted(versions.firstKey(), versions.lastKey());
        return "it has " + range + builtIn;
    }
}
