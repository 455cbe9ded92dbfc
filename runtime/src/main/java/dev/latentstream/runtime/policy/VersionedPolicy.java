package dev.latentstream.runtime.policy;

/**
 * The policy that holds now.
 *
 * @param version which change of its key in {@code control} it is; 0 is the built-in policy
 */
public record VersionedPolicy<P>(long version, P policy) {}
