package dev.latentstream.schemas;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** The id of an image, its key on every topic: the SHA-256 of its original bytes, in lower-case hex. */
public final class ImageId {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private ImageId() {}

    /**
     * Returns an id.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static String require(String text) {
        if (!HEX.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is no image id: 64 hexadecimal digits in lower case, the SHA-256 of the image's file"
                            .formatted(text.length() > 100 ? text.substring(0, 100) + "..." : text));
        }
        return text;
    }

    /** Returns the id of the remaining bytes; the buffer's position is unchanged. */
    public static String of(ByteBuffer image) {
        return Sha256.hex(image);
    }

    /** Ends a {@link Sha256#digest} of the bytes of an image that is not kept in memory. */
    public static String of(MessageDigest digest) {
        return Sha256.hex(digest);
    }
}
