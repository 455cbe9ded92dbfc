package dev.latentstream.ingest.sources.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decodes text files of unknown encoding. */
public final class TextBytes {
    /** The encodings that {@link #decode} knows, for messages. */
    public static final String ENCODINGS = "UTF-8, UTF-16, UTF-32 and Windows-1252";

    /** The encoding that browsers assume, too. */
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private static final Charset UTF_32 = Charset.forName("UTF-32");

    /**
     * Signs that a text is not in Windows-1252: undefined bytes, control characters, and four letters or symbols beyond ASCII in a row, as which
     * Cyrillic, Greek, Chinese and others appear there. (Western languages have up to three: <i>pääöljy</i>.)
     */
    private static final Pattern NO_WINDOWS = Pattern.compile(
            "[\\x00-\\x08\\x0e-\\x1f\\x7f\ufffd]|[\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00ff\u0152-\u0192\u20ac]{4}");

    /** The replacement character of decoders for malformed bytes. */
    private static final char DAMAGED = '\ufffd';

    /** A text with so many sound characters beyond ASCII for each damaged one is UTF-8. */
    private static final int WHOLE_PER_DAMAGED = 4;

    private TextBytes() {}

    /**
     * Decodes UTF-8, of which a few characters may be damaged and are left out, UTF-16 and UTF-32 with a byte order mark, UTF-16 of mostly
     * ASCII characters, and else Windows-1252; empty if the bytes can be none of these.
     */
    public static Optional<String> decode(byte[] bytes) {
        Charset wide = wide(bytes);
        if (wide != null) {
            return Optional.of(decoded(bytes, wide, CodingErrorAction.IGNORE));
        }
        try {
            return Optional.of(decode(bytes, StandardCharsets.UTF_8, CodingErrorAction.REPORT));
        } catch (CharacterCodingException damaged) {
            return damagedUtf8(bytes).or(() -> windows(bytes));
        }
    }

    private static Optional<String> damagedUtf8(byte[] bytes) {
        String text = decoded(bytes, StandardCharsets.UTF_8, CodingErrorAction.REPLACE);
        long damaged = text.chars().filter(c -> c == DAMAGED).count();
        long whole = text.chars().filter(c -> c > 0x7f && c != DAMAGED).count();
        return whole >= WHOLE_PER_DAMAGED * damaged
                ? Optional.of(text.replace(Character.toString(DAMAGED), ""))
                : Optional.empty();
    }

    private static Optional<String> windows(byte[] bytes) {
        String text = decoded(bytes, WINDOWS, CodingErrorAction.REPLACE);
        return NO_WINDOWS.matcher(text).find() ? Optional.empty() : Optional.of(text);
    }

    private static String decoded(byte[] bytes, Charset charset, CodingErrorAction ignoreOrReplace) {
        try {
            return decode(bytes, charset, ignoreOrReplace);
        } catch (CharacterCodingException impossible) { // no error is reported
            throw new IllegalStateException(impossible);
        }
    }

    private static String decode(byte[] bytes, Charset charset, CodingErrorAction onError)
            throws CharacterCodingException {
        return charset.newDecoder()
                .onMalformedInput(onError)
                .onUnmappableCharacter(onError)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static @Nullable Charset wide(byte[] bytes) {
        if (bytes.length < 2) {
            return null;
        }
        boolean little = bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe;
        boolean big = bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff;
        if (isUtf32(bytes, little)) {
            return UTF_32;
        }
        if (little || isZeroAt(bytes, 1)) {
            return StandardCharsets.UTF_16LE;
        }
        return big || isZeroAt(bytes, 0) ? StandardCharsets.UTF_16BE : null;
    }

    private static boolean isUtf32(byte[] bytes, boolean little) {
        if (bytes.length < 4) {
            return false;
        }
        return little
                ? bytes[2] == 0 && bytes[3] == 0
                : bytes[0] == 0 && bytes[1] == 0 && bytes[2] == (byte) 0xfe && bytes[3] == (byte) 0xff;
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
