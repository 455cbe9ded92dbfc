package dev.latentstream.models.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * Latents of one size.
 *
 * @param values C-contiguous: latent, channel, row, column
 */
@SuppressWarnings("ArrayRecordComponent") // passed on without a copy, never compared
public record LatentBatch(int count, int channels, int height, int width, float[] values) implements Latents {
    public LatentBatch {
        if (count < 1 || channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("%d latents of %d x %d x %d: each number must be at least 1"
                    .formatted(count, channels, height, width));
        }
        if (values.length != (long) count * channels * height * width) {
            throw new IllegalArgumentException("%d values for %d latents of %d x %d x %d"
                    .formatted(values.length, count, channels, height, width));
        }
    }

    /** Latents of single records, in their order. */
    public static LatentBatch of(List<float[]> latents, int channels, int height, int width) {
        return new LatentBatch(latents.size(), channels, height, width, joined(latents, channels * height * width));
    }

    static float[] joined(List<float[]> parts, int size) {
        float[] all = new float[parts.size() * size];
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).length != size) {
                throw new IllegalArgumentException(
                        "%d values at index %d; expected %d".formatted(parts.get(i).length, i, size));
            }
            System.arraycopy(parts.get(i), 0, all, i * size, size);
        }
        return all;
    }

    @Override
    public LatentBatch slice(int from, int to) {
        if (from == 0 && to == count) {
            return this;
        }
        int size = values.length / count;
        return new LatentBatch(to - from, channels, height, width, Arrays.copyOfRange(values, from * size, to * size));
    }

    @Override
    public NDArray tensor(NDManager manager) {
        return Torch.tensor(manager, values, count, channels, height, width);
    }
}
