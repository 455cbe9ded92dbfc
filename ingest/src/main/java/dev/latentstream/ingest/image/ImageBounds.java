package dev.latentstream.ingest.image;

import dev.latentstream.runtime.settings.Checks;

/**
 * What an image may cost before anything of it is decoded. Policies narrow this down by source; nothing widens it.
 *
 * @param maxImageBytes greatest file
 * @param maxPixels greatest width times height
 * @param maxDecodedBytes greatest memory for decoding: the pixels, and what the decoder holds beside them
 * @param maxAspectRatio greatest ratio of the longer to the shorter side
 * @param maxFrames most frames of an animation, of which the first is taken; 1 refuses animations
 */
public record ImageBounds(
        int maxImageBytes, long maxPixels, long maxDecodedBytes, double maxAspectRatio, int maxFrames) {
    /** The defaults. */
    public ImageBounds() {
        this(8 << 20, 100_000_000, 512 << 20, 20, 1);
    }

    public ImageBounds {
        Checks.atLeast("max-image-bytes", maxImageBytes, 1);
        Checks.atLeast("max-pixels", maxPixels, 1);
        Checks.atLeast("max-decoded-bytes", maxDecodedBytes, 1);
        Checks.between("max-aspect-ratio", maxAspectRatio, 1, 1000);
        Checks.atLeast("max-frames", maxFrames, 1);
    }
}
