package dev.latentstream.models.onnx;

import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.image.Resampling;
import dev.latentstream.models.image.RgbImage;
import java.nio.FloatBuffer;

/**
 * The form in which a network takes images: a square of floats.
 *
 * @param size side of the square, in pixels
 * @param resize the resizing before the crop of the centre
 * @param range value of a white pixel before the normalisation: usually 1 or 255
 * @param normalization for red, green and blue, on the scale of {@code range}
 */
public record ImageInput(
        int size, Resize resize, Layout layout, Order order, double range, Normalization normalization) {
    private static final int CHANNELS = 3;

    /**
     * The resizing of an image.
     *
     * @param to side after it
     * @param fit the way to that side
     * @param resampling the filter
     * @param jpegQuality at which the resized image is compressed, since some networks were trained on such images; 0 for none
     */
    public record Resize(int to, Fit fit, Resampling resampling, int jpegQuality) {}

    /** The way to the size. */
    public enum Fit {
        /** The shorter side is resized, and the longer one cropped. */
        COVER,
        /** Both sides are resized, without regard to the aspect ratio. */
        STRETCH
    }

    /** The order of the dimensions. */
    public enum Layout {
        NCHW,
        NHWC
    }

    /** The order of the channels. */
    public enum Order {
        RGB,
        BGR
    }

    public ImageInput {
        if (size < 1) {
            throw new IllegalArgumentException("size %d is below 1".formatted(size));
        }
        if (resize.to() < size) {
            throw new IllegalArgumentException("resize-to %d is below size %d".formatted(resize.to(), size));
        }
    }

    /** Number of floats of one image. */
    public int elements() {
        return CHANNELS * size * size;
    }

    /** Shape of a batch. */
    public long[] shape(int images) {
        return layout == Layout.NCHW
                ? new long[] {images, CHANNELS, size, size}
                : new long[] {images, size, size, CHANNELS};
    }

    /** Writes an image of any size. */
    public void write(RgbImage image, FloatBuffer to) {
        byte[] pixels = fitted(image).values();
        int area = size * size;
        float[] values = new float[elements()];
        for (int channel = 0; channel < CHANNELS; channel++) {
            int from = order == Order.RGB ? channel : CHANNELS - 1 - channel;
            double scale = range / 255 / normalization.std().get(from);
            double shift = normalization.mean().get(from) / normalization.std().get(from);
            for (int i = 0; i < area; i++) {
                int at = layout == Layout.NCHW ? channel * area + i : i * CHANNELS + channel;
                values[at] = (float) ((pixels[i * CHANNELS + from] & 0xff) * scale - shift);
            }
        }
        to.put(values);
    }

    private RgbImage fitted(RgbImage image) {
        RgbImage resized = resized(image);
        RgbImage compressed = resize.jpegQuality() == 0 ? resized : resized.compressed(resize.jpegQuality());
        return compressed.centre(size, size);
    }

    private RgbImage resized(RgbImage image) {
        int to = resize.to();
        if (resize.fit() == Fit.STRETCH) {
            return image.resized(to, to, resize.resampling());
        }
        int shorter = Math.min(image.width(), image.height());
        int width = Math.max(to, (int) Math.round((double) image.width() * to / shorter));
        int height = Math.max(to, (int) Math.round((double) image.height() * to / shorter));
        return image.resized(width, height, resize.resampling());
    }
}
