package dev.latentstream.schemas;

import java.nio.ByteBuffer;

/** The id of an image, which keys it on every topic: the SHA-256 of its original bytes, in lower-case hex. */
public final class ImageId {
    private ImageId() {}

    /** Returns the id; the buffer's position stays where it is. */
    public static String of(ByteBuffer image) {
        return Sha256.hex(image);
    }
}
