package dev.latentstream.ingest.fetch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The hash that a file should have.
 *
 * @param kind the function
 * @param hex the value, in lower case
 */
public record ContentHash(Kind kind, String hex) {
    /** Functions that lists use. */
    public enum Kind {
        MD5("MD5", 32),
        SHA1("SHA-1", 40),
        SHA256("SHA-256", 64);

        private final String algorithm;
        private final int digits;

        Kind(String algorithm, int digits) {
            this.algorithm = algorithm;
            this.digits = digits;
        }
    }

    /** @throws IllegalArgumentException if the value is no hexadecimal number of the function's length */
    public ContentHash {
        hex = hex.strip().toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{%d}".formatted(kind.digits))) {
            throw new IllegalArgumentException(
                    "%s is not a number of %d hexadecimal digits".formatted(kind, kind.digits));
        }
    }

    String of(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(kind.algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException impossible) { // every JDK has the three
            throw new IllegalStateException(impossible);
        }
    }
}
