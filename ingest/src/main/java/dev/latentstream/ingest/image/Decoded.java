package dev.latentstream.ingest.image;

import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.Map;

/** What became of the bytes of one image. */
public sealed interface Decoded {
    /**
     * An upright sRGB picture at working size, with what was measured on it.
     *
     * @param image the picture, compressed
     * @param format how it is compressed
     * @param size its size
     * @param original size of the original, upright
     * @param fingerprint perceptual hash, 64 bits: near pictures differ in few of them
     * @param pixelHash SHA-256, in hex, of size and pixels: equal for equal pictures, whatever file they came in
     * @param scores measurements by name, see {@link Measurements}
     * @param notes what is worth knowing about the reading, by attribute name, for example {@code colour-profile}
     */
    record Picture(
            ByteBuffer image,
            ImageFormat format,
            Size size,
            Size original,
            long fingerprint,
            String pixelHash,
            Map<String, Float> scores,
            Map<String, String> notes)
            implements Decoded {
        public Picture {
            image = image.asReadOnlyBuffer();
            scores = Map.copyOf(scores);
            notes = Map.copyOf(notes);
        }
    }

    /** No picture, and why. */
    record Refused(Refusal refusal) implements Decoded {}
}
