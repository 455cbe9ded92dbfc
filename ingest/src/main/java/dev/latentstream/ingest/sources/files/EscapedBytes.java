package dev.latentstream.ingest.sources.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes file names, which are any bytes, as text. */
public final class EscapedBytes {
    private EscapedBytes() {}

    /** Decodes UTF-8; {@code %}, control characters and bytes that are not UTF-8 become {@code %} and two hexadecimal digits. */
    public static String of(byte[] name) {
        CharsetDecoder utf8 = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(name);
        CharBuffer chars = CharBuffer.allocate(name.length);
        StringBuilder text = new StringBuilder(name.length);
        while (true) {
            CoderResult result = utf8.decode(bytes, chars, /* endOfInput */ true);
            chars.flip().chars().forEach(c -> append(text, (char) c));
            chars.clear();
            if (!result.isError()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.append(hex(bytes.get()));
            }
        }
    }

    private static void append(StringBuilder text, char c) {
        if (c == '%' || Character.isISOControl(c)) {
            for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                text.append(hex(b));
            }
        } else {
            text.append(c);
        }
    }

    private static String hex(byte b) {
        return String.format(Locale.ROOT, "%%%02X", b & 0xff);
    }
}
