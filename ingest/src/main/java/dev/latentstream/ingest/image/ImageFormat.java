package dev.latentstream.ingest.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The supported file formats, recognised by their first bytes and never by a file name. */
enum ImageFormat {
    JPEG,
    PNG,
    WEBP,
    GIF,
    BMP,
    TIFF;

    private static final int LONGEST_MAGIC = 12;

    /** The first bytes of sound image formats that are not read, as a regular expression, with their names. */
    private static final Map<String, Pattern> FOREIGN = Map.of(
            "HEIF", Pattern.compile("....ftyp(hei[cxms]|hev[cx]|mif1|msf1)", Pattern.DOTALL),
            "AVIF", Pattern.compile("....ftypavi[fs]", Pattern.DOTALL),
            "JPEG XL", Pattern.compile("\\xff\n|\0\0\0\fJXL "),
            "JPEG 2000", Pattern.compile("\0\0\0\fjP  |\\xffO\\xffQ"),
            "Photoshop", Pattern.compile("8BPS"),
            "ICO", Pattern.compile("\0\0\1\0"),
            "SVG", Pattern.compile("<svg"),
            "PDF", Pattern.compile("%PDF-"),
            "OpenEXR", Pattern.compile("v/1\1"),
            "Netpbm", Pattern.compile("P[1-7]\\s"));

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

    /** Returns the name of a format that exists and is not supported; empty if the bytes are those of none. */
    static Optional<String> foreign(byte[] bytes) {
        String start = start(bytes);
        return FOREIGN.entrySet().stream()
                .filter(format -> format.getValue().matcher(start).lookingAt())
                .map(Map.Entry::getKey)
                .findFirst();
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
