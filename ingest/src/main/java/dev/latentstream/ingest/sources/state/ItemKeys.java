package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The keys of {@code source-items}: source, a space, and the URI of the item, of which a long one is shortened by a hash. */
final class ItemKeys {
    /** In characters. URIs of files have at most a few hundred; one in a list may have any length. */
    private static final int MAX_URI = 1024;

    private ItemKeys() {}

    static String key(String source, String uri) {
        if (uri.length() <= MAX_URI) {
            return source + " " + uri;
        }
        MessageDigest digest = Sha256.digest();
        digest.update(uri.getBytes(StandardCharsets.UTF_8));
        return source + " " + uri.substring(0, MAX_URI / 2) + "#" + Sha256.hex(digest);
    }

    /** Returns whether a key is one of a source, whose name contains no space. */
    static boolean isOf(String source, String key) {
        return key.length() > source.length() && key.startsWith(source) && key.charAt(source.length()) == ' ';
    }
}
