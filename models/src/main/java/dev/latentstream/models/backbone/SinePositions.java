package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Torch;

/**
 * The position embedding of the patches of a latent: sines, then cosines, of the column, then the same of the row. {@code
 * get_2d_sincos_pos_embed} of diffusers; computed, not stored.
 */
final class SinePositions {
    private SinePositions() {}

    /** (S, D), S = rows columns */
    static NDArray of(NDManager manager, PixArtTransformer2DModel.Config config, long rows, long columns) {
        int width = config.width();
        int half = width / 2;
        float[] across = ofOneSide(config, columns, half);
        float[] down = ofOneSide(config, rows, half);
        float[] values = new float[Math.toIntExact(rows * columns * width)];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int patch = Math.toIntExact(row * columns + column) * width;
                System.arraycopy(across, column * half, values, patch, half);
                System.arraycopy(down, row * half, values, patch + half, half);
            }
        }
        return Torch.tensor(manager, values, rows * columns, width);
    }

    /** (count, half): embeddings along a side, whose patches are spread over the length of {@code sampleSize}. */
    private static float[] ofOneSide(PixArtTransformer2DModel.Config config, long count, int half) {
        int frequencies = half / 2;
        int base = config.grid().sampleSize() / config.grid().patch();
        float stretch = (float) (count / (double) base);
        float[] values = new float[Math.toIntExact(count * half)];
        for (int i = 0; i < count; i++) {
            double position = i / stretch / (float) config.grid().interpolation();
            for (int f = 0; f < frequencies; f++) {
                double angle = position / Math.pow(10_000, f / (double) frequencies);
                values[i * half + f] = (float) Math.sin(angle);
                values[i * half + frequencies + f] = (float) Math.cos(angle);
            }
        }
        return values;
    }
}
