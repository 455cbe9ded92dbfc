package dev.latentstream.runtime.policy;

/**
 * The policy in force.
 *
 * @param version its version in {@code control}; 0 is the built-in policy
 */
public record VersionedPolicy<P>(long version, P policy) {}
