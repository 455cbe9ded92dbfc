package dev.latentstream.models.backbone;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PixArt-alpha of 1024 pixels is told of each picture (arXiv 2310.00426): its resolution and its aspect ratio.
 *
 * @param pictures one for each latent
 */
record PictureShapes(List<Picture> pictures) implements PictureFacts {
    /**
     * Sides in pixels.
     *
     * @param aspectRatio height by width; PixArt trains with that of the picture's bucket
     */
    public record Picture(float height, float width, float aspectRatio) {}

    public PictureShapes {
        pictures = List.copyOf(pictures);
    }

    /** What a network that asks for shapes is told. */
    static PictureShapes of(@Nullable PictureFacts facts) {
        if (facts instanceof PictureShapes shapes) {
            return shapes;
        } else if (facts instanceof SizedText sized) {
            return new PictureShapes(sized.sizes().stream()
                    .map(s -> new Picture(s.height(), s.width(), (float) s.targetHeight() / s.targetWidth()))
                    .toList());
        } else {
            throw new IllegalArgumentException("this network needs the height, width and aspect ratio of each picture");
        }
    }

    /** Height and width of each, one after the other. */
    float[] sides() {
        float[] sides = new float[2 * pictures.size()];
        for (int i = 0; i < pictures.size(); i++) {
            sides[2 * i] = pictures.get(i).height();
            sides[2 * i + 1] = pictures.get(i).width();
        }
        return sides;
    }

    float[] aspectRatios() {
        float[] ratios = new float[pictures.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = pictures.get(i).aspectRatio();
        }
        return ratios;
    }
}
