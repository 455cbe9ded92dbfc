package dev.latentstream.ingest.fetch;

import java.util.Optional;

/**
 * A file to fetch.
 *
 * @param url as the list has it, unchecked
 * @param hash the hash that it should have
 */
public record FetchRequest(String url, Optional<ContentHash> hash) {}
