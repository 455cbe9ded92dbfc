package dev.latentstream.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes texts that have to be in UTF-8, and where a replacement character would be a change of the text. */
public final class StrictUtf8 {
    private StrictUtf8() {}

    /**
     * Decodes a whole array.
     *
     * @throws CharacterCodingException if the bytes are not in UTF-8
     */
    public static String decode(byte[] bytes) throws CharacterCodingException {
        return decode(ByteBuffer.wrap(bytes));
    }

    /**
     * Decodes the remaining bytes, and leaves the position of the buffer.
     *
     * @throws CharacterCodingException if they are not in UTF-8
     */
    public static String decode(ByteBuffer bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString(); // reports malformed bytes
    }
}
