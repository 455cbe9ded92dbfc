package dev.latentstream.ingest.fetch;

import java.util.Optional;

/**
 * A file to fetch.
 *
 * @param url as the list has it, unchecked
 * @param hash the hash that it should have
 * @param known the version that was fetched before: an unchanged file is not sent again
 */
public record FetchRequest(String url, Optional<ContentHash> hash, Optional<FileVersion> known) {}
