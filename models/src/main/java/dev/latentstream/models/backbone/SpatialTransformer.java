package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.nn.Attention;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.GroupNorm;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.util.List;

/**
 * Transformer blocks over the pixels of an image, with cross-attention to a text: {@code Transformer2DModel} of diffusers.
 *
 * <p>Shapes as in {@link UNet2DConditionModel}: x (B, D, H, W) -> same. Initially it adds zero.
 */
final class SpatialTransformer extends TextAttention {
    private final GroupNorm norm;
    private final Linear projIn;
    private final List<TransformerBlock> blocks;
    private final Linear projOut;

    SpatialTransformer(Config config, int width, int depth) {
        norm = child("norm", new GroupNorm(config.blocks().normGroups(), width, 1e-6));
        projIn = child("proj_in", Linear.of(width, width));
        blocks = children("transformer_blocks", depth, i -> new TransformerBlock(config, width));
        projOut = child("proj_out", Linear.of(width, width, Initializer.ZEROS));
    }

    @Override
    NDArray forward(Pass pass, NDArray x, Context text) {
        return Torch.scoped(() -> {
            long[] shape = x.getShape().getShape();
            NDArray pixels = norm.forward(pass, x)
                    .reshape(shape[0], shape[1], shape[2] * shape[3])
                    .swapAxes(1, 2); // (B, H W, D)
            NDArray h = projIn.forward(pass, pixels); // (B, H W, D)
            for (TransformerBlock block : blocks) {
                h = block.forward(pass, h, text); // (B, H W, D)
            }
            return projOut.forward(pass, h).swapAxes(1, 2).reshape(shape).add(x); // (B, D, H, W)
        });
    }

    /** x (B, H W, D) -> same */
    private static final class TransformerBlock extends Layer {
        private final LayerNorm norm1;
        private final Attention attn1;
        private final LayerNorm norm2;
        private final Attention attn2;
        private final LayerNorm norm3;
        private final Linear gated;
        private final Linear down;

        TransformerBlock(Config config, int width) {
            norm1 = child("norm1", new LayerNorm(width, 1e-5));
            attn1 = child(
                    "attn1", attention(width, width, config.crossAttention().headDim()));
            norm2 = child("norm2", new LayerNorm(width, 1e-5));
            attn2 = child(
                    "attn2",
                    attention(
                            width,
                            config.crossAttention().dim(),
                            config.crossAttention().headDim()));
            norm3 = child("norm3", new LayerNorm(width, 1e-5));
            gated = child("ff.net.0.proj", Linear.of(width, 8L * width));
            down = child("ff.net.2", Linear.of(4L * width, width));
        }

        NDArray forward(Pass pass, NDArray input, Context text) {
            return pass.block(
                    inputs -> {
                        NDArray n = norm1.forward(pass, inputs[0]); // (B, H W, D)
                        NDArray x = inputs[0].add(attn1.forward(pass, n, new Context(n, null))); // (B, H W, D)
                        x = x.add(attn2.forward(pass, norm2.forward(pass, x), text)); // (B, H W, D)
                        return x.add(feedForward(pass, norm3.forward(pass, x))); // (B, H W, D)
                    },
                    input);
        }

        private static Attention attention(int width, int contextWidth, int headWidth) {
            return new Attention(
                    width / headWidth,
                    Linear.withoutBias(width, width),
                    Linear.withoutBias(contextWidth, width),
                    Linear.withoutBias(contextWidth, width),
                    Linear.of(width, width));
        }

        /** GEGLU (arXiv 2002.05202): one half gates the other. */
        private NDArray feedForward(Pass pass, NDArray x) {
            NDArray both = gated.forward(pass, x); // (B, H W, 8 D)
            long half = both.getShape().get(2) / 2;
            NDArray gate = Torch.gelu(Torch.narrow(both, 2, half, half)); // (B, H W, 4 D)
            return down.forward(pass, Torch.narrow(both, 2, 0, half).mul(gate)); // (B, H W, D)
        }
    }
}
