package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;

/**
 * Pools a text into one vector by attention of its mean to its tokens: {@code TextTimeEmbedding} of diffusers (DeepFloyd IF).
 *
 * <p>states (B, T, E) -> (B, O)
 */
final class TextPooling extends Layer {
    private final LayerNorm norm1;
    private final Pool pool;
    private final Linear proj;
    private final LayerNorm norm2;

    TextPooling(int textWidth, int width, int heads) {
        norm1 = child("norm1", new LayerNorm(textWidth, 1e-5));
        pool = child("pool", new Pool(textWidth, heads));
        proj = child("proj", Linear.of(textWidth, width));
        norm2 = child("norm2", new LayerNorm(width, 1e-5));
    }

    NDArray forward(Pass pass, NDArray states) {
        return Torch.scoped(() -> {
            NDArray whole = pool.forward(pass, norm1.forward(pass, states)); // (B, E)
            return norm2.forward(pass, proj.forward(pass, whole)); // (B, O)
        });
    }

    /** (B, T, E) -> (B, E) */
    private static final class Pool extends Layer {
        private final int heads;
        private final Weight position;
        private final Linear keys;
        private final Linear queries;
        private final Linear values;

        Pool(int width, int heads) {
            this.heads = heads;
            position = weight("positional_embedding", Initializer.normal(1 / Math.sqrt(width)), 1, width);
            keys = child("k_proj", Linear.of(width, width));
            queries = child("q_proj", Linear.of(width, width));
            values = child("v_proj", Linear.of(width, width));
        }

        NDArray forward(Pass pass, NDArray x) {
            NDArray mean = x.mean(new int[] {1}, true).add(pass.value(position)); // (B, 1, E)
            NDArray all = mean.concat(x, 1); // (B, 1 + T, E)
            NDArray y = Torch.attention(
                    Heads.split(queries.forward(pass, mean), heads),
                    Heads.split(keys.forward(pass, all), heads),
                    Heads.split(values.forward(pass, all), heads)); // (B, N, 1, E/N)
            return y.reshape(x.getShape().get(0), x.getShape().get(2)); // (B, E)
        }
    }
}
