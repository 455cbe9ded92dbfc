package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.SinusoidalEmbedding;
import java.util.List;

/**
 * What SDXL is told of each picture as a whole (arXiv 2307.01952).
 *
 * @param pooled (B, P), the text in one vector, as the larger text encoder pools it
 * @param sizes of each picture
 */
public record PooledTextAndSizes(NDArray pooled, List<SizeConditioning> sizes) implements AddedConditioning {
    public PooledTextAndSizes {
        sizes = List.copyOf(sizes);
        if (pooled.getShape().dimension() != 2 || pooled.getShape().get(0) != sizes.size()) {
            throw new IllegalArgumentException(
                    "pooled texts of shape %s for %d pictures".formatted(pooled.getShape(), sizes.size()));
        }
    }

    /** (B, P + 6 waves) */
    NDArray waves(int waves) {
        List<Integer> numbers =
                sizes.stream().flatMap(s -> s.inOrder().stream()).toList();
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i);
        }
        NDArray each = SinusoidalEmbedding.of(pooled.getManager(), values, waves); // (6 B, waves)
        return pooled.concat(each.reshape(sizes.size(), (long) SizeConditioning.COUNT * waves), 1);
    }
}
