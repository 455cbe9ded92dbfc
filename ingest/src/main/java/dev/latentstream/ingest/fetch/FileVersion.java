package dev.latentstream.ingest.fetch;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The validators of a file's version that a host sends.
 *
 * @param entityTag header ETag
 * @param lastModified header Last-Modified
 * @param size in bytes
 */
record FileVersion(Optional<String> entityTag, Optional<String> lastModified, OptionalLong size) {
    private static final int MAX_CHARACTERS = 256;
    private static final Pattern RANGE = Pattern.compile("bytes (?:\\d+-\\d+|\\*)/(\\d{1,18})");

    /** Returns the version of the file that a response has, or has a part of. */
    static FileVersion of(Response response) {
        return new FileVersion(
                bounded(response.header("ETag")), bounded(response.header("Last-Modified")), size(response));
    }

    private static OptionalLong size(Response response) {
        Matcher range = RANGE.matcher(response.header("Content-Range", ""));
        if (range.matches()) {
            return OptionalLong.of(Long.parseLong(range.group(1)));
        }
        long declared = response.code() == 206 ? -1 : response.body().contentLength();
        return declared < 0 ? OptionalLong.empty() : OptionalLong.of(declared);
    }

    private static Optional<String> bounded(@Nullable String header) {
        return Optional.ofNullable(header).filter(value -> !value.isEmpty() && value.length() <= MAX_CHARACTERS);
    }

    /** Returns the tag, or else the time; empty if the host says neither. */
    Optional<String> name() {
        return entityTag.or(() -> lastModified);
    }

    /** Returns the header that asks for another version than one of that name: a tag has quotation marks, a time has none. */
    static String condition(String name) {
        return name.contains("\"") ? "If-None-Match" : "If-Modified-Since";
    }

    /** Returns what changes whenever the file does; empty if the host says nothing that would. */
    Optional<String> stamp() {
        return name().map(version -> version + " " + size);
    }

    /** Returns the value of a header If-Range; a weak tag is none. */
    Optional<String> validator() {
        return entityTag.filter(tag -> !tag.startsWith("W/")).or(() -> lastModified);
    }
}
