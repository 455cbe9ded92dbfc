package dev.latentstream.captioning;

import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An image to caption.
 *
 * @param id image id
 * @param image the working image: sRGB, upright
 * @param levels one caption is wanted for each; a level that is named twice gets two captions
 * @param seed what the captioner draws by; equal requests with equal seeds give equal captions where the captioner can
 */
public record ImageToCaption(String id, ByteBuffer image, ImageFormat format, List<DensityTarget> levels, long seed) {
    public ImageToCaption {
        image = image.asReadOnlyBuffer();
        levels = List.copyOf(levels);
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("image %s is asked for no caption".formatted(id));
        }
    }
}
