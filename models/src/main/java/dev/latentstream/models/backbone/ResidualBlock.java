package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.GroupNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two convolutions conditioned on the timestep, with a shortcut: {@code ResnetBlock2D} of diffusers.
 *
 * <p>x (B, I, H, W), time (B, 4 D) -> (B, O, H, W), or another height and width if it resizes. Initially it is its shortcut.
 */
final class ResidualBlock extends Resampler {
    private final UnaryOperator<NDArray> activation;
    private final TimeScaleShift timeScaleShift;
    private final GroupNorm norm1;
    private final Conv conv1;
    private final Linear time;
    private final GroupNorm norm2;
    private final Conv conv2;
    private final @Nullable Conv shortcut;

    ResidualBlock(Config config, int in, int out) {
        activation = config.family().activation()::of;
        timeScaleShift = config.family().timeScaleShift();
        norm1 = child("norm1", new GroupNorm(config.blocks().normGroups(), in, 1e-5));
        conv1 = child("conv1", Conv.of(in, out, 3));
        time = child(
                "time_emb_proj", Linear.of(config.timeWidth(), timeScaleShift == TimeScaleShift.ADD ? out : 2L * out));
        norm2 = child("norm2", new GroupNorm(config.blocks().normGroups(), out, 1e-5));
        conv2 = child("conv2", Conv.zero(out, out, 3));
        shortcut = in == out ? null : child("conv_shortcut", Conv.of(in, out, 1));
    }

    NDArray forward(Pass pass, NDArray x, NDArray t) {
        return forward(pass, x, t, size -> size);
    }

    @Override
    NDArray halve(Pass pass, NDArray x, NDArray t) {
        return forward(pass, x, t, Torch::halve);
    }

    @Override
    NDArray enlarge(Pass pass, NDArray x, NDArray t, long height, long width) {
        return forward(pass, x, t, size -> Torch.upsample(size, height, width));
    }

    private NDArray forward(Pass pass, NDArray input, NDArray timeEmbedding, UnaryOperator<NDArray> resize) {
        return pass.block(
                inputs -> {
                    NDArray x = inputs[0];
                    NDArray t = inputs[1];
                    NDArray h = resize.apply(activation.apply(norm1.forward(pass, x))); // (B, I, H', W')
                    h = conv1.forward(pass, h); // (B, O, H', W')
                    h = timed(pass, h, time.forward(pass, t).expandDims(2).expandDims(3)); // (B, O, H', W')
                    h = conv2.forward(pass, activation.apply(h)); // (B, O, H', W')
                    NDArray direct = resize.apply(x); // (B, I, H', W')
                    return h.add(shortcut == null ? direct : shortcut.forward(pass, direct)); // (B, O, H', W')
                },
                input,
                timeEmbedding);
    }

    /** h (B, O, H, W), t (B, O or 2 O, 1, 1) -> (B, O, H, W), normalised */
    private NDArray timed(Pass pass, NDArray h, NDArray t) {
        return switch (timeScaleShift) {
            case ADD -> norm2.forward(pass, h.add(t));
            case SCALE_AND_SHIFT -> {
                long channels = h.getShape().get(1);
                NDArray scale = Torch.shift(Torch.narrow(t, 1, 0, channels), 1); // (B, O, 1, 1)
                yield norm2.forward(pass, h).mul(scale).add(Torch.narrow(t, 1, channels, channels));
            }
        };
    }
}
