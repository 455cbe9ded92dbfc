package dev.latentstream.models.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Torch;
import java.util.List;

/**
 * Images of one size, as networks take them.
 *
 * @param rgb values 0 to 1, C-contiguous: image, plane (red, green, blue), row, column
 */
@SuppressWarnings("ArrayRecordComponent") // passed on without a copy, never compared
public record ImageBatch(int count, int height, int width, float[] rgb) {
    public static final int PLANES = 3;

    public ImageBatch {
        if (count < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "%d images of %d x %d: each number must be at least 1".formatted(count, width, height));
        }
        if (rgb.length != (long) count * PLANES * height * width) {
            throw new IllegalArgumentException(
                    "%d values for %d images of %d x %d".formatted(rgb.length, count, width, height));
        }
    }

    /** Single images, in their order. */
    public static ImageBatch of(List<float[]> images, int height, int width) {
        return new ImageBatch(images.size(), height, width, LatentBatch.joined(images, PLANES * height * width));
    }

    /** (B, 3, H, W) */
    public NDArray tensor(NDManager manager) {
        return Torch.tensor(manager, rgb, count, PLANES, height, width);
    }
}
