package dev.latentstream.models.backbone;

import java.util.List;

/**
 * How a picture came into its frame, in pixels (arXiv 2307.01952).
 *
 * @param height of the original
 * @param width of the original
 * @param top where the crop begins, in the original scaled to the target's size
 * @param left as {@code top}
 * @param targetHeight of what was cut out
 * @param targetWidth of what was cut out
 */
public record SizeConditioning(int height, int width, int top, int left, int targetHeight, int targetWidth) {
    static final int COUNT = 6;

    /** A picture of this size of which nothing was cut off: what samples are asked for. */
    public static SizeConditioning whole(int height, int width) {
        return new SizeConditioning(height, width, 0, 0, height, width);
    }

    List<Integer> timeIds() {
        return List.of(height, width, top, left, targetHeight, targetWidth);
    }
}
