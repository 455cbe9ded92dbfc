package dev.latentstream.models.backbone;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PixArt-alpha of 1024 pixels is told of each picture (arXiv 2310.00426): its resolution and its aspect ratio.
 *
 * @param resolutions one for each latent
 */
record ResolutionConditioning(List<Resolution> resolutions) implements AddedConditioning {
    /**
     * Sides in pixels.
     *
     * @param aspectRatio height by width; PixArt trains with that of the picture's bucket
     */
    public record Resolution(float height, float width, float aspectRatio) {}

    public ResolutionConditioning {
        resolutions = List.copyOf(resolutions);
    }

    /** What a network that asks for shapes is told. */
    static ResolutionConditioning of(@Nullable AddedConditioning facts) {
        if (facts instanceof ResolutionConditioning shapes) {
            return shapes;
        } else if (facts instanceof PooledTextAndSizes sized) {
            return new ResolutionConditioning(sized.sizes().stream()
                    .map(s -> new Resolution(s.height(), s.width(), (float) s.targetHeight() / s.targetWidth()))
                    .toList());
        } else {
            throw new IllegalArgumentException("this network needs the height, width and aspect ratio of each picture");
        }
    }

    /** Height and width of each, one after the other. */
    float[] sides() {
        float[] sides = new float[2 * resolutions.size()];
        for (int i = 0; i < resolutions.size(); i++) {
            sides[2 * i] = resolutions.get(i).height();
            sides[2 * i + 1] = resolutions.get(i).width();
        }
        return sides;
    }

    float[] aspectRatios() {
        float[] ratios = new float[resolutions.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = resolutions.get(i).aspectRatio();
        }
        return ratios;
    }
}
