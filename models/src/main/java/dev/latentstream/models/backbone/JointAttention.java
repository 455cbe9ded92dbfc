package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.GroupNorm;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;

/**
 * One attention layer in which pixels attend to the text and to each other: {@code Attention} of diffusers as its
 * {@code SimpleCrossAttn} blocks use it (DeepFloyd IF).
 *
 * <p>Shapes as in {@link UNet2DConditionModel}: x (B, D, H, W) -> same. Initially it adds zero.
 */
final class JointAttention extends TextAttention {
    private final int heads;
    private final GroupNorm norm;
    private final Linear toQ;
    private final Linear toK;
    private final Linear toV;
    private final Linear textK;
    private final Linear textV;
    private final Linear toOut;

    JointAttention(Config config, int width) {
        heads = width / config.crossAttention().headDim();
        norm = child("group_norm", new GroupNorm(config.blocks().normGroups(), width, 1e-5));
        toQ = child("to_q", Linear.of(width, width));
        toK = child("to_k", Linear.of(width, width));
        toV = child("to_v", Linear.of(width, width));
        textK = child("add_k_proj", Linear.of(config.crossAttention().dim(), width));
        textV = child("add_v_proj", Linear.of(config.crossAttention().dim(), width));
        toOut = child("to_out.0", Linear.of(width, width, Initializer.ZEROS));
    }

    @Override
    NDArray forward(Pass pass, NDArray input, Context text) {
        return pass.block(
                inputs -> {
                    NDArray x = inputs[0];
                    long[] shape = x.getShape().getShape();
                    NDArray pixels = norm.forward(pass, x)
                            .reshape(shape[0], shape[1], shape[2] * shape[3])
                            .swapAxes(1, 2); // (B, H W, D)
                    NDArray states = text.states(); // (B, T, E)
                    NDArray q = Heads.split(toQ.forward(pass, pixels), heads); // (B, N, H W, D/N)
                    NDArray k = textK.forward(pass, states).concat(toK.forward(pass, pixels), 1); // (B, T + H W, D)
                    NDArray v = textV.forward(pass, states).concat(toV.forward(pass, pixels), 1); // (B, T + H W, D)
                    NDArray y = attend(q, Heads.split(k, heads), Heads.split(v, heads), text); // (B, N, H W, D/N)
                    return toOut.forward(pass, Heads.join(y))
                            .swapAxes(1, 2)
                            .reshape(shape)
                            .add(x); // (B, D, H, W)
                },
                input);
    }

    private static NDArray attend(NDArray q, NDArray k, NDArray v, Context text) {
        NDArray bias = text.bias();
        return bias == null
                ? Torch.attention(q, k, v)
                : Torch.attention(q, k, v, Torch.padded(bias, q.getShape().get(2))); // no pixel is masked
    }
}
