package dev.latentstream.runtime.policy;

import dev.latentstream.schemas.Policy;
import org.jspecify.annotations.Nullable;

/** Receives the records of {@code control}, in order. */
interface PolicySink {
    /**
     * Takes the next version of a policy.
     *
     * @param policy null if the policy was removed
     * @throws IllegalArgumentException if the policy breaks a rule, and is to be ignored
     */
    void take(String key, @Nullable Policy policy);
}
