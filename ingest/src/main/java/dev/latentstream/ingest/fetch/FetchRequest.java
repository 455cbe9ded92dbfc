package dev.latentstream.ingest.fetch;

import java.util.Optional;

/**
 * A file to fetch.
 *
 * @param url as the list has it, unchecked
 * @param hash the hash that it should have
 * @param known what its host calls the version that was fetched before, {@link Fetched.File#version}: the same is not sent again
 */
public record FetchRequest(String url, Optional<ContentHash> hash, Optional<String> known) {
    /** Fetches whatever version there is. */
    public FetchRequest(String url, Optional<ContentHash> hash) {
        this(url, hash, Optional.empty());
    }
}
