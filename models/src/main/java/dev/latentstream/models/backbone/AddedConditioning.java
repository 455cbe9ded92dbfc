package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.SinusoidalEmbedding;
import java.util.List;

/**
 * The conditioning on each image as a whole, beside the tokens of its text: diffusers' {@code added_cond_kwargs}.
 *
 * <p>SDXL (arXiv 2307.01952) uses the pooled text and the six sizes, PixArt-alpha of 1024 pixels (arXiv 2310.00426) the height, width
 * and aspect ratio.
 *
 * @param pooled (B, P), each text as one vector, as the larger text encoder pools it
 * @param sizes one for each image
 */
public record AddedConditioning(NDArray pooled, List<SizeConditioning> sizes) {
    public AddedConditioning {
        sizes = List.copyOf(sizes);
        if (pooled.getShape().dimension() != 2 || pooled.getShape().get(0) != sizes.size()) {
            throw new IllegalArgumentException(
                    "pooled texts of shape %s for %d images".formatted(pooled.getShape(), sizes.size()));
        }
    }

    /** SDXL's {@code text_embeds} and {@code time_ids}, the latter embedded in {@code dim} values each: (B, P + 6 dim) */
    NDArray textAndTime(int dim) {
        List<Integer> ids = sizes.stream().flatMap(s -> s.timeIds().stream()).toList();
        float[] values = new float[ids.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ids.get(i);
        }
        NDArray each = SinusoidalEmbedding.of(pooled.getManager(), values, dim); // (6 B, dim)
        return pooled.concat(each.reshape(sizes.size(), (long) SizeConditioning.COUNT * dim), 1);
    }

    /** PixArt's {@code resolution}: height and width of each image in pixels, one after the other. */
    float[] resolutions() {
        float[] resolutions = new float[2 * sizes.size()];
        for (int i = 0; i < sizes.size(); i++) {
            resolutions[2 * i] = sizes.get(i).height();
            resolutions[2 * i + 1] = sizes.get(i).width();
        }
        return resolutions;
    }

    /** PixArt's {@code aspect_ratio}, height by width: that of the crop, as PixArt trains on that of the image's bucket. */
    float[] aspectRatios() {
        float[] ratios = new float[sizes.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = (float) sizes.get(i).targetHeight() / sizes.get(i).targetWidth();
        }
        return ratios;
    }
}
