package dev.latentstream.ingest.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The supported file formats, recognised by their first bytes and never by a file name. */
enum ImageFormat {
    JPEG,
    PNG,
    WEBP,
    GIF,
    BMP,
    TIFF;

    private static final int LONGEST_MAGIC = 12;

    static Optional<ImageFormat> sniff(byte[] bytes) {
        String start = start(bytes);
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        }
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        }
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return Optional.of(WEBP);
        }
        if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return Optional.of(GIF);
        }
        if (start.startsWith("BM")) {
            return Optional.of(BMP);
        }
        if (start.startsWith("II*\0")
                || start.startsWith("MM\0*")
                || start.startsWith("II+\0")
                || start.startsWith("MM\0+")) {
            return Optional.of(TIFF);
        }
        return Optional.empty();
    }

    /** Returns the first bytes as printable ASCII, others as dots: {@code <!DOCTYPE ht}. */
    static String printableStart(byte[] bytes) {
        return start(bytes).replaceAll("[^ -~]", ".");
    }

    private static String start(byte[] bytes) {
        byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, LONGEST_MAGIC));
        return new String(first, StandardCharsets.ISO_8859_1);
    }
}
