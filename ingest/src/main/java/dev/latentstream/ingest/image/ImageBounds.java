package dev.latentstream.ingest.image;

import dev.latentstream.runtime.settings.Checks;

/**
 * Limits on the cost of an image, checked before it is decoded. Policies can be stricter per source, never looser.
 *
 * @param maxImageBytes maximum file size
 * @param maxPixels maximum width times height
 * @param maxDecodedBytes maximum memory for decoding: the pixels and the decoder's own buffers
 * @param maxAspectRatio maximum ratio of the longer to the shorter side
 * @param maxFrames maximum frames of an animation, of which the first is used; 1 refuses animations
 */
public record ImageBounds(
        int maxImageBytes, long maxPixels, long maxDecodedBytes, double maxAspectRatio, int maxFrames) {
    /** The defaults. */
    public ImageBounds() {
        this(8 << 20, 100_000_000, 512 << 20, 20, 10_000);
    }

    public ImageBounds {
        Checks.atLeast("max-image-bytes", maxImageBytes, 1);
        Checks.atLeast("max-pixels", maxPixels, 1);
        Checks.atLeast("max-decoded-bytes", maxDecodedBytes, 1);
        Checks.between("max-aspect-ratio", maxAspectRatio, 1, 1000);
        Checks.atLeast("max-frames", maxFrames, 1);
    }
}
