package dev.latentstream.ingest.image;

import dev.latentstream.runtime.settings.Checks;

/**
 * Size and encoding of the output images.
 *
 * @param workingSize maximum shorter side; smaller images keep their size
 * @param crop the crop
 * @param jpegQuality JPEG quality, 1 to 100; chroma is never subsampled
 * @param pngMaxPixels maximum pixels of an image that is stored as PNG if the original was lossless too; 0 for never
 */
public record OutputSettings(int workingSize, Crop crop, int jpegQuality, int pngMaxPixels) {
    /** The crop. */
    public enum Crop {
        /** No crop: the encoding stage crops to its resolution. */
        NONE,
        /** The centre square. */
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
