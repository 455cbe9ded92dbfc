package dev.latentstream.ingest.image;

import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outcome of reading one image. */
public sealed interface Decoded {
    /** Attribute of the use that was made of a colour profile. */
    String COLOUR_PROFILE = "colour-profile";

    /** Attribute of the colour chunks of a PNG file that were ignored. */
    String COLOUR_CHUNKS = "colour-chunks";

    /** Attribute of the number of frames of an animation. */
    String FRAMES = "frames";

    /** The names of all notes. */
    Set<String> NOTES = Set.of(COLOUR_PROFILE, COLOUR_CHUNKS, FRAMES);

    /**
     * The perceptual hashes of an image.
     *
     * @param phash 64 bits: similar images differ in few of them
     * @param near hashes of the image and of crops of it, by which near duplicates are found; empty if they were not requested
     */
    record Fingerprints(long phash, ByteBuffer near) {
        public Fingerprints {
            near = near.asReadOnlyBuffer();
        }
    }

    /**
     * An upright sRGB image at working size, with its measurements.
     *
     * @param image the compressed image
     * @param format its file format
     * @param size its size
     * @param original size of the original, upright
     * @param fingerprints perceptual hashes
     * @param pixelHash SHA-256 of size and pixels in hex: equal for equal pixels, whatever file they came in
     * @param scores measurements by name, see {@link Measurements}
     * @param notes remarks on the decoding by attribute name, see {@link Decoded#NOTES}
     */
    record WorkingImage(
            ByteBuffer image,
            ImageFormat format,
            Size size,
            Size original,
            Fingerprints fingerprints,
            String pixelHash,
            Map<String, Float> scores,
            Map<String, String> notes)
            implements Decoded {
        public WorkingImage {
            image = image.asReadOnlyBuffer();
            scores = Map.copyOf(scores);
            notes = Map.copyOf(notes);
        }

        /** Returns the perceptual hash of 64 bits: similar images differ in few of them. */
        public long fingerprint() {
            return fingerprints.phash();
        }
    }

    /**
     * The reason why the bytes give no image.
     *
     * @param original size of the original, upright; null if its header cannot be read
     * @param thumbnail a JPEG of at most 12 KB; null if nothing was decoded
     */
    record Refused(
            Refusal refusal,
            @Nullable Size original,
            @Nullable ByteBuffer thumbnail) implements Decoded {
        /** For bytes of which nothing is known. */
        public Refused(Refusal refusal) {
            this(refusal, null, null);
        }
    }
}
