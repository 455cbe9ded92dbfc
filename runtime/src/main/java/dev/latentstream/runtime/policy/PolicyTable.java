package dev.latentstream.runtime.policy;

import dev.latentstream.schemas.Policy;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;

/** What {@code control} says at one moment: the last valid policy of each key. Safe for many readers. */
final class PolicyTable {
    private final Map<String, Policy> policies = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if the policy breaks a rule; the table then stays as it was */
    void put(String key, Policy policy) {
        PolicyRules.check(key, policy);
        policies.put(key, policy);
    }

    void remove(String key) {
        policies.remove(key);
    }

    Optional<Policy> get(String key) {
        return Optional.ofNullable(policies.get(key));
    }

    Map<String, Policy> all() {
        return new TreeMap<>(policies);
    }

    /** The policy of a source: its own, else the one for all, else the built-in one. */
    <P extends SpecificRecord> VersionedPolicy<P> inForce(PolicyKind kind, String source, Class<P> type, P builtIn) {
        return get(kind.key(source))
                .or(() -> get(kind.key(PolicyKind.EVERYWHERE)))
                .map(policy -> new VersionedPolicy<>(policy.getVersion(), type.cast(policy.getPolicy())))
                .orElseGet(() -> new VersionedPolicy<>(0, builtIn));
    }
}
