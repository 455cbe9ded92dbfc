package dev.latentstream.runtime.policy;

import dev.latentstream.schemas.Policy;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A view of {@code control} at one moment: the last valid policy of each key. Thread-safe. */
final class PolicyTable implements PolicySink {
    private final Map<String, Policy> policies = new ConcurrentHashMap<>();
    private final Map<String, Long> lastVersions = new ConcurrentHashMap<>();

    @Override
    public void take(String key, @Nullable Policy policy) {
        if (policy == null) {
            remove(key);
        } else {
            put(key, policy);
        }
    }

    /** @throws IllegalArgumentException if the policy breaks a rule; the table is then unchanged */
    void put(String key, Policy policy) {
        PolicyRules.check(key, policy);
        policies.put(key, policy);
        lastVersions.merge(key, policy.getVersion(), Math::max);
    }

    void remove(String key) {
        policies.remove(key);
    }

    Optional<Policy> get(String key) {
        return Optional.ofNullable(policies.get(key));
    }

    /** Returns the highest version that a key has had; 0 if it has had none. A removed policy's version is not given again. */
    long lastVersion(String key) {
        return lastVersions.getOrDefault(key, 0L);
    }

    Map<String, Policy> all() {
        return new TreeMap<>(policies);
    }

    /** Returns the policy of a source: its own, else the one for all sources, else the built-in one. */
    <P extends SpecificRecord> VersionedPolicy<P> inForce(PolicyKind kind, String source, Class<P> type, P builtIn) {
        return get(kind.key(source))
                .or(() -> get(kind.key(PolicyKind.EVERYWHERE)))
                .map(policy -> new VersionedPolicy<>(policy.getVersion(), type.cast(policy.getPolicy())))
                .orElseGet(() -> new VersionedPolicy<>(0, builtIn));
    }
}
