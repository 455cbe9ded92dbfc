package dev.latentstream.ingest.sources.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes text files of unknown encoding. */
public final class TextBytes {
    /** The encoding that browsers assume, too. */
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private TextBytes() {}

    /** Decodes UTF-8, UTF-16 with a byte order mark or of mostly ASCII characters, and else Windows-1252. */
    public static String decode(byte[] bytes) {
        Charset wide = utf16(bytes);
        if (wide != null) {
            return new String(bytes, wide);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException other) {
            return new String(bytes, WINDOWS);
        }
    }

    private static @Nullable Charset utf16(byte[] bytes) {
        if (bytes.length < 2) {
            return null;
        }
        boolean little = bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe;
        boolean big = bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff;
        if (little || isZeroAt(bytes, 1)) {
            return StandardCharsets.UTF_16LE;
        }
        return big || isZeroAt(bytes, 0) ? StandardCharsets.UTF_16BE : null;
    }

    /** Returns whether most bytes at even or at odd places are zero, as in UTF-16 of Latin text. */
    private static boolean isZeroAt(byte[] bytes, int first) {
        int zeros = 0;
        for (int i = first; i < bytes.length; i += 2) {
            zeros += bytes[i] == 0 ? 1 : 0;
        }
        return bytes.length % 2 == 0 && 4 * zeros > bytes.length;
    }
}
