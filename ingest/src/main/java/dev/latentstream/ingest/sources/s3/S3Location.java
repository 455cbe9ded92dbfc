package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.files.EscapedBytes;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a bucket.
 *
 * @param key of an object, or the prefix of several; any characters, taken as they are
 */
public record S3Location(String bucket, String key) {
    private static final Pattern LOCATION =
            Pattern.compile("s3://([a-zA-Z0-9][a-zA-Z0-9._-]{1,253}[a-zA-Z0-9])(/(.*))?", Pattern.DOTALL);

    /**
     * Parses for example {@code s3://bucket/photos/}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static S3Location parse(String text) {
        Matcher location = LOCATION.matcher(text);
        if (!location.matches()) {
            throw new IllegalArgumentException("%s is not a bucket and a key such as s3://bucket/key".formatted(text));
        }
        return new S3Location(location.group(1), location.group(3) == null ? "" : location.group(3));
    }

    S3Location with(String otherKey) {
        return new S3Location(bucket, otherKey);
    }

    /** Returns the text with {@code %} and two digits for {@code %} and control characters. */
    String uri() {
        return "s3://%s/%s".formatted(bucket, EscapedBytes.of(key.getBytes(StandardCharsets.UTF_8)));
    }
}
