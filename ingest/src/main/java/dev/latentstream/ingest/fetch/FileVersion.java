package dev.latentstream.ingest.fetch;

import java.util.Optional;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a host says about the version of a file, to ask for a newer one.
 *
 * @param entityTag header ETag
 * @param lastModified header Last-Modified
 */
record FileVersion(Optional<String> entityTag, Optional<String> lastModified) {
    private static final int MAX_CHARACTERS = 256;

    static FileVersion of(Response response) {
        return new FileVersion(bounded(response.header("ETag")), bounded(response.header("Last-Modified")));
    }

    /** Returns whether the host said nothing. */
    public boolean isEmpty() {
        return entityTag.isEmpty() && lastModified.isEmpty();
    }

    void addTo(Request.Builder request) {
        entityTag.ifPresent(tag -> request.header("If-None-Match", tag));
        lastModified.ifPresent(time -> request.header("If-Modified-Since", time));
    }

    private static Optional<String> bounded(@Nullable String header) {
        return Optional.ofNullable(header).filter(value -> value.length() <= MAX_CHARACTERS);
    }
}
