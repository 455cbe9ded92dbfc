package dev.latentstream.ingest.optout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * The key by which an entry of a list and an image are compared.
 *
 * @param kind {@code id}, {@code url} or {@code domain}
 * @param name the id in lower case, the URL without scheme, user and fragment, or the domain
 */
record OptOutKey(String kind, String name) {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{64}");

    /** At least two labels: an entry {@code com} would be a slip of the pen with large consequences. */
    private static final Pattern DOMAIN = Pattern.compile("(?:[\\p{L}\\p{N}_-]{1,63}\\.)+[\\p{L}\\p{N}-]{2,63}\\.?");

    private static final Pattern WEB = Pattern.compile("\\s*https?:.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern ESCAPE = Pattern.compile("%(\\p{XDigit}{2})");

    /** Returns the key of an entry by its form; empty if it has that of none. */
    static Optional<OptOutKey> of(String entry) {
        if (ID.matcher(entry).matches()) {
            return Optional.of(id(entry));
        }
        if (WEB.matcher(entry).matches() && entry.contains("://")) {
            return url(entry).map(OptOutKey::ofUrl);
        }
        return domain(entry);
    }

    /** Returns the keys of an image's URL: itself, its host, and the domains above. */
    static List<OptOutKey> ofLocation(String uri) {
        Optional<HttpUrl> url = WEB.matcher(uri).matches() ? url(uri) : Optional.empty();
        if (url.isEmpty()) {
            return List.of();
        }
        List<OptOutKey> keys = new ArrayList<>(List.of(ofUrl(url.get())));
        String host = host(url.get());
        for (int dot = 0; host.indexOf('.', dot) >= 0; dot = host.indexOf('.', dot) + 1) {
            keys.add(new OptOutKey("domain", host.substring(dot)));
        }
        return keys;
    }

    static OptOutKey id(String imageId) {
        return new OptOutKey("id", imageId.toLowerCase(Locale.ROOT));
    }

    private static Optional<OptOutKey> domain(String entry) {
        if (!DOMAIN.matcher(entry).matches()) {
            return Optional.empty();
        }
        return url("http://" + entry).map(url -> new OptOutKey("domain", host(url)));
    }

    private static Optional<HttpUrl> url(String text) {
        return Optional.ofNullable(HttpUrl.parse(text));
    }

    /** One URL has many spellings, most of which the parser makes equal. */
    private static OptOutKey ofUrl(HttpUrl url) {
        boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
        String query = url.encodedQuery() == null ? "" : "?" + url.encodedQuery();
        return new OptOutKey("url", host(url) + (usual ? "" : ":" + url.port()) + escaped(url.encodedPath() + query));
    }

    /** The host without the dot after its last label, which DNS knows and the parser keeps. */
    private static String host(HttpUrl url) {
        return url.host().endsWith(".") ? url.host().substring(0, url.host().length() - 1) : url.host();
    }

    /** Escapes in upper case, and none of an unreserved character: RFC 3986, 6.2.2, which the parser leaves to its caller. */
    private static String escaped(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> {
            char character = (char) Integer.parseInt(escape.group(1), 16);
            boolean isUnreserved =
                    (character < 0x80 && Character.isLetterOrDigit(character)) || "-._~".indexOf(character) >= 0;
            return isUnreserved ? String.valueOf(character) : escape.group().toUpperCase(Locale.ROOT);
        });
    }

    /** Returns the first 64 bits of a SHA-256: of a billion entries, one image in ten billion meets a foreign one. */
    long hash() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((kind + " " + name).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
