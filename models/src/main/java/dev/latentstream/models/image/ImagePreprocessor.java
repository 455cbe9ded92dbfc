package dev.latentstream.models.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Torch;

/** Resizes images of any size to the square of a network and normalises their values: (B, 3, side, side). */
public final class ImagePreprocessor {
    private final NDManager manager;
    private final int side;
    private final NDArray mean;
    private final NDArray deviation;

    /**
     * @param manager outlives this
     * @param side of the square, in pixels
     */
    public ImagePreprocessor(NDManager manager, int side, Normalization normalization) {
        this.manager = manager;
        this.side = side;
        mean = Torch.perChannel(manager, normalization.mean());
        deviation = Torch.perChannel(manager, normalization.std());
    }

    public int side() {
        return side;
    }

    /** Whole images, resized without regard to their aspect ratio. */
    public NDArray whole(ImageBatch images) {
        NDArray pixels = images.tensor(manager); // (B, 3, H, W)
        return normalised(
                images.height() == side && images.width() == side ? pixels : Torch.resize(pixels, side, side));
    }

    /** Resized so that the shorter side fits, then cropped to the centre. */
    public NDArray centre(ImageBatch images) {
        long shorter = Math.min(images.height(), images.width());
        long tall = (long) side * images.height() / shorter;
        long wide = (long) side * images.width() / shorter;
        NDArray pixels = images.tensor(manager); // (B, 3, H, W)
        NDArray resized = shorter == side ? pixels : Torch.resize(pixels, tall, wide);
        NDArray rows = Torch.narrow(resized, 2, (tall - side) / 2, side);
        return normalised(Torch.narrow(rows, 3, (wide - side) / 2, side));
    }

    private NDArray normalised(NDArray pixels) {
        return pixels.sub(mean).div(deviation);
    }
}
