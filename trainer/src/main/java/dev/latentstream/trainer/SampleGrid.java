package dev.latentstream.trainer;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.Pixels;

/** Arranges images of one size in a grid, with a gap between them. */
public final class SampleGrid {
    private static final int GAP = 2;

    private SampleGrid() {}

    /** Returns the images row by row on a white background. */
    public static Pixels of(ImageBatch images, int columns) {
        int across = Math.min(columns, images.count());
        int down = (images.count() + across - 1) / across;
        int width = across * (images.width() + GAP) - GAP;
        int height = down * (images.height() + GAP) - GAP;
        float[] page = new float[ImageBatch.PLANES * width * height];
        java.util.Arrays.fill(page, 1);
        for (int image = 0; image < images.count(); image++) {
            int left = image % across * (images.width() + GAP);
            int top = image / across * (images.height() + GAP);
            for (int plane = 0; plane < ImageBatch.PLANES; plane++) {
                for (int row = 0; row < images.height(); row++) {
                    System.arraycopy(
                            images.rgb(),
                            ((image * ImageBatch.PLANES + plane) * images.height() + row) * images.width(),
                            page,
                            (plane * height + top + row) * width + left,
                            images.width());
                }
            }
        }
        return new Pixels(width, height, page);
    }
}
