package dev.latentstream.captioning;

import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A request to caption an image.
 *
 * @param image the working image: sRGB, upright
 * @param levels the levels, one caption each; a level that occurs twice gets two captions
 * @param seed sampling seed; equal requests with equal seeds give equal captions if the captioner supports that
 */
public record ImageToCaption(
        String imageId, ByteBuffer image, ImageFormat format, List<DensityTarget> levels, long seed) {
    public ImageToCaption {
        image = image.asReadOnlyBuffer();
        levels = List.copyOf(levels);
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("0 captions requested for image %s".formatted(imageId));
        }
    }
}
