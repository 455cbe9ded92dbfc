package dev.latentstream.encoder;

import dev.latentstream.schemas.Crop;

/** The part of an image that its square latent shows: the middle, as large as fits. */
final class SquareCrop {
    private SquareCrop() {}

    /** In pixels of the image. */
    static Crop of(int width, int height) {
        int side = Math.min(width, height);
        return new Crop((width - side) / 2, (height - side) / 2, side, side);
    }
}
