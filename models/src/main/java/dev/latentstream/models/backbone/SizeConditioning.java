package dev.latentstream.models.backbone;

import java.util.List;

/**
 * SDXL's size and crop conditioning, in pixels (arXiv 2307.01952).
 *
 * @param height of the original
 * @param width of the original
 * @param top of the crop, in the original scaled to the target's size
 * @param left of the crop, in the original scaled to the target's size
 * @param targetHeight of the crop
 * @param targetWidth of the crop
 */
public record SizeConditioning(int height, int width, int top, int left, int targetHeight, int targetWidth) {
    static final int COUNT = 6;

    /** An image of this size that was not cropped: the conditioning that samples are drawn with. */
    public static SizeConditioning whole(int height, int width) {
        return new SizeConditioning(height, width, 0, 0, height, width);
    }

    /** In the order of diffusers' {@code time_ids}. */
    List<Integer> timeIds() {
        return List.of(height, width, top, left, targetHeight, targetWidth);
    }
}
