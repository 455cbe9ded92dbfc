package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import java.util.List;

/**
 * BLIP's vision transformer: patches and a class token, in pre-norm layers.
 *
 * <p>Shape letters: B images, C channels, Q the patch's side, P = (H / Q) (W / Q) patches, S = 1 + P, D width, N heads of
 * H = D / N.
 */
public final class BlipVision extends Layer {
    /**
     * The sizes of the layers.
     *
     * @param side of the square image, in pixels
     * @param patch side of a patch, in pixels
     * @param intermediateSize width within the feed-forward part
     */
    public record Config(int side, int patch, int width, int intermediateSize, int depth, int heads, double eps) {
        public Config {
            if (side < 1 || patch < 1 || side % patch != 0) {
                throw new IllegalArgumentException(
                        "an image of %d pixels does not split into patches of %d".formatted(side, patch));
            }
            Heads.requireSplit(width, heads);
            if (intermediateSize < 1 || depth < 1) {
                throw new IllegalArgumentException(
                        "inner width %d and depth %d must be at least 1".formatted(intermediateSize, depth));
            }
        }

        public int patches() {
            return (side / patch) * (side / patch);
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[side=%s, patch=%s, width=%s, inner=%s, depth=%s, heads=%s, eps=%s]"
                    .formatted(side, patch, width, intermediateSize, depth, heads, eps);
        }
    }

    private final Embeddings embeddings;
    private final List<Block> blocks;
    private final LayerNorm norm;

    BlipVision(Config config) {
        embeddings = child("embeddings", new Embeddings(config));
        blocks = children("encoder.layers", config.depth(), i -> new Block(config));
        norm = child("post_layernorm", new LayerNorm(config.width(), config.eps()));
    }

    /** Normalised images (B, C, H, W) -> image tokens (B, S, D), the class token first. */
    NDArray forward(Pass pass, NDArray images) {
        NDArray x = embeddings.forward(pass, images); // (B, S, D)
        for (Block block : blocks) {
            NDArray input = x;
            x = Torch.scoped(() -> block.forward(pass, input)); // (B, S, D)
        }
        return norm.forward(pass, x); // (B, S, D)
    }

    private static final class Embeddings extends Layer {
        private final Weight token;
        private final Conv patches;
        private final Weight positions;

        Embeddings(Config config) {
            token = weight("class_embedding", Initializer.normal(0.02), 1, 1, config.width());
            positions = weight("position_embedding", Initializer.normal(0.02), 1, 1 + config.patches(), config.width());
            patches = child(
                    "patch_embedding",
                    Conv.unpadded(ImageBatch.PLANES, config.width(), config.patch(), config.patch()));
        }

        NDArray forward(Pass pass, NDArray images) {
            NDArray x = patches.forward(pass, images); // (B, D, H / Q, W / Q)
            long batch = x.getShape().get(0);
            long width = x.getShape().get(1);
            x = x.reshape(batch, width, -1).transpose(0, 2, 1); // (B, P, D)
            NDArray first = pass.value(token).broadcast(batch, 1, width); // (B, 1, D)
            return first.concat(x, 1).add(pass.value(positions)); // (B, S, D)
        }
    }

    private static final class Block extends Layer {
        private final LayerNorm norm1;
        private final Attention attention;
        private final LayerNorm norm2;
        private final Linear widen;
        private final Linear narrow;

        Block(Config config) {
            attention = child("self_attn", new Attention(config));
            norm1 = child("layer_norm1", new LayerNorm(config.width(), config.eps()));
            widen = child("mlp.fc1", Linear.of(config.width(), config.intermediateSize()));
            narrow = child("mlp.fc2", Linear.of(config.intermediateSize(), config.width()));
            norm2 = child("layer_norm2", new LayerNorm(config.width(), config.eps()));
        }

        NDArray forward(Pass pass, NDArray x) {
            NDArray attended = x.add(attention.forward(pass, norm1.forward(pass, x))); // (B, S, D)
            NDArray inner = Torch.gelu(widen.forward(pass, norm2.forward(pass, attended))); // (B, S, inner)
            return attended.add(narrow.forward(pass, inner)); // (B, S, D)
        }
    }

    private static final class Attention extends Layer {
        private final int heads;
        private final int width;
        private final Linear all;
        private final Linear out;

        Attention(Config config) {
            heads = config.heads();
            width = config.width();
            all = child("qkv", Linear.of(width, 3L * width));
            out = child("projection", Linear.of(width, width));
        }

        NDArray forward(Pass pass, NDArray x) {
            NDArray qkv = all.forward(pass, x); // (B, S, 3D)
            NDArray q = Heads.split(Torch.narrow(qkv, 2, 0, width), heads); // (B, N, S, H)
            NDArray k = Heads.split(Torch.narrow(qkv, 2, width, width), heads); // (B, N, S, H)
            NDArray v = Heads.split(Torch.narrow(qkv, 2, 2L * width, width), heads); // (B, N, S, H)
            return out.forward(pass, Heads.join(Torch.attention(q, k, v))); // (B, S, D)
        }
    }
}
