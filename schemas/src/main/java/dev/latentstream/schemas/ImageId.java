package dev.latentstream.schemas;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The id of an image, its key on every topic: the SHA-256 of its original bytes, in lower-case hex. */
public final class ImageId {
    private ImageId() {}

    /** Returns the id of the remaining bytes; the buffer's position is unchanged. */
    public static String of(ByteBuffer image) {
        return Sha256.hex(image);
    }

    /** Ends a {@link Sha256#digest} of the bytes of an image that is not kept in memory. */
    public static String of(MessageDigest digest) {
        return Sha256.hex(digest);
    }
}
