package dev.latentstream.ingest.image;

import dev.latentstream.runtime.settings.Checks;

/**
 * What is made of an image.
 *
 * @param workingSize shorter side of the result at most; smaller images keep their size
 * @param crop what is cut off
 * @param jpegQuality quality of the result, 1 to 100, always with full colour resolution
 * @param pngMaxPixels results of at most so many pixels become PNG where the original was lossless too; 0 for never
 */
public record OutputSettings(int workingSize, Crop crop, int jpegQuality, int pngMaxPixels) {
    /** What is cut off. */
    public enum Crop {
        /** Nothing: buckets are cut later, by the stage that encodes. */
        NONE,
        /** All but the middle square. */
        CENTRE_SQUARE
    }

    /** The defaults. */
    public OutputSettings() {
        this(512, Crop.NONE, 95, 256 * 256);
    }

    public OutputSettings {
        Checks.between("working-size", workingSize, 16, 4096);
        Checks.between("jpeg-quality", jpegQuality, 1, 100);
        Checks.between("png-max-pixels", pngMaxPixels, 0, 1 << 24);
    }
}
