package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;

/** Downsampling or upsampling between two levels. */
abstract sealed class Resampler extends Layer permits Resampler.Convolution, ResidualBlock {
    static Resampler down(Config config, int channels) {
        return of(config, channels, 2);
    }

    static Resampler up(Config config, int channels) {
        return of(config, channels, 1);
    }

    private static Resampler of(Config config, int channels, int stride) {
        return switch (config.family().type()) {
            case LATENT_DIFFUSION -> new Convolution(channels, stride);
            case DEEPFLOYD_IF -> new ResidualBlock(config, channels, channels);
        };
    }

    /** x (B, D, H, W), time (B, 4 D) -> (B, D, H/2, W/2) */
    abstract NDArray halve(Pass pass, NDArray x, NDArray time);

    /** x (B, D, h, w), time (B, 4 D) -> (B, D, height, width) */
    abstract NDArray enlarge(Pass pass, NDArray x, NDArray time, long height, long width);

    /** One convolution: of stride 2 on the way down, after the upsampling on the way up. */
    static final class Convolution extends Resampler {
        private final Conv conv;

        private Convolution(int channels, int stride) {
            conv = child("conv", Conv.strided(channels, channels, 3, stride));
        }

        @Override
        NDArray halve(Pass pass, NDArray x, NDArray time) {
            return conv.forward(pass, x);
        }

        @Override
        NDArray enlarge(Pass pass, NDArray x, NDArray time, long height, long width) {
            return conv.forward(pass, Torch.upsample(x, height, width));
        }
    }
}
