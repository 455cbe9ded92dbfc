package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.GroupNorm;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variational autoencoder of latent diffusion (arXiv 2112.10752), as diffusers' class of this name: the VAE of Stable
 * Diffusion and SDXL.
 *
 * <p>It computes in float32 or bfloat16, as its activations exceed the range of float16; weights of a float16 file are widened when
 * they are read.
 *
 * <p>Shape letters: B images, C channels of the image, H and W its sides in pixels, L channels of the latent, D hidden channels,
 * f = 2^(levels - 1) the downsampling, h = H / f and w = W / f.
 */
public final class AutoencoderKL extends Layer implements AutoencoderNetwork {
    private static final double EPS = 1e-6;

    /**
     * Everything that decides the shapes.
     *
     * @param channels of each level, the finest first
     * @param residualBlocks per level of the encoder; one more in the decoder
     * @param groups of each group normalisation
     * @param middleAttention whether the coarsest pixels attend to each other
     * @param quantised whether a 1 x 1 convolution follows the encoder
     * @param unquantised whether a 1 x 1 convolution precedes the decoder
     */
    public record Config(
            int imageChannels,
            int latentChannels,
            List<Integer> channels,
            int residualBlocks,
            int groups,
            boolean middleAttention,
            boolean quantised,
            boolean unquantised) {
        public Config {
            channels = List.copyOf(channels);
            if (imageChannels < 1 || latentChannels < 1 || residualBlocks < 1 || groups < 1) {
                throw new IllegalArgumentException(
                        "channels %d, latent channels %d, residual blocks %d, groups %d: each must be at least 1"
                                .formatted(imageChannels, latentChannels, residualBlocks, groups));
            }
            if (channels.isEmpty()) {
                throw new IllegalArgumentException("0 levels; at least 1 is needed");
            }
            for (int width : channels) {
                if (width < 1 || width % groups != 0) {
                    throw new IllegalArgumentException(
                            "%d channels do not split into %d groups".formatted(width, groups));
                }
            }
        }

        /** The VAE of Stable Diffusion 1, 2 and of SDXL: downsampling 8, 4 latent channels. */
        public static Config sd() {
            return new Config(3, 4, List.of(128, 256, 512, 512), 2, 32, true, true, true);
        }

        public int downsampling() {
            return 1 << (channels.size() - 1);
        }

        private int finest() {
            return channels.get(0);
        }

        private int coarsest() {
            return channels.get(channels.size() - 1);
        }
    }

    private final Encoder encoder;
    private final Decoder decoder;
    private final @Nullable Conv quantConv;
    private final @Nullable Conv postQuantConv;
    private final @Nullable Tiling tiling;

    /** An autoencoder without tiling. */
    public AutoencoderKL(Config config) {
        this(config, null);
    }

    /**
     * @param tiling splits larger images into tiles; null for none
     */
    AutoencoderKL(Config config, @Nullable Tiling tiling) {
        int moments = 2 * config.latentChannels();
        encoder = child("encoder", new Encoder(config));
        decoder = child("decoder", new Decoder(config));
        quantConv = config.quantised() ? child("quant_conv", Conv.of(moments, moments, 1)) : null;
        postQuantConv = config.unquantised()
                ? child("post_quant_conv", Conv.of(config.latentChannels(), config.latentChannels(), 1))
                : null;
        this.tiling = tiling;
    }

    /** Images (B, C, H, W) with values 0 to 1 -> the mean of their latents (B, L, h, w) */
    @Override
    public NDArray encode(Pass pass, NDArray images) {
        return posterior(pass, images).mean();
    }

    /** Images (B, C, H, W) with values 0 to 1 -> the distribution of their latents, mean and variance each (B, L, h, w) */
    Posterior posterior(Pass pass, NDArray images) {
        NDArray x = Torch.shift(Torch.scale(images, 2), -1); // (B, C, H, W), -1 to 1
        NDArray moments = tiling == null ? moments(pass, x) : tiling.encode(x, tile -> moments(pass, tile));
        return Posterior.of(moments);
    }

    /** Latents (B, L, h, w) -> images (B, C, H, W), values about 0 to 1 */
    @Override
    public NDArray decode(Pass pass, NDArray latents) {
        NDArray x = tiling == null ? image(pass, latents) : tiling.decode(latents, tile -> image(pass, tile));
        return Torch.scale(Torch.shift(x, 1), 0.5); // (B, C, H, W)
    }

    private NDArray moments(Pass pass, NDArray images) {
        NDArray x = encoder.forward(pass, images); // (B, 2 L, h, w)
        return quantConv == null ? x : quantConv.forward(pass, x); // (B, 2 L, h, w)
    }

    private NDArray image(Pass pass, NDArray latents) {
        NDArray z = postQuantConv == null ? latents : postQuantConv.forward(pass, latents); // (B, L, h, w)
        return decoder.forward(pass, z); // (B, C, H, W), about -1 to 1
    }

    // ------------------------------------------------------------------ parts, in the order of use

    private static final class Encoder extends Layer {
        private final Conv convIn;
        private final List<DownBlock> downBlocks;
        private final MiddleBlock midBlock;
        private final GroupNorm convNormOut;
        private final Conv convOut;

        Encoder(Config config) {
            int width = config.coarsest();
            convIn = child("conv_in", Conv.of(config.imageChannels(), config.finest(), 3));
            downBlocks = children("down_blocks", config.channels().size(), level -> new DownBlock(config, level));
            midBlock = child("mid_block", new MiddleBlock(config));
            convNormOut = child("conv_norm_out", new GroupNorm(config.groups(), width, EPS));
            convOut = child("conv_out", Conv.of(width, 2 * config.latentChannels(), 3));
        }

        NDArray forward(Pass pass, NDArray images) {
            NDArray x = convIn.forward(pass, images); // (B, D, H, W)
            for (DownBlock block : downBlocks) {
                x = block.forward(pass, x); // (B, D', H', W'), coarser and coarser
            }
            x = midBlock.forward(pass, x); // (B, D', h, w)
            return convOut.forward(pass, activated(pass, convNormOut, x)); // (B, 2 L, h, w)
        }
    }

    private static final class Decoder extends Layer {
        private final Conv convIn;
        private final MiddleBlock midBlock;
        private final List<UpBlock> upBlocks;
        private final GroupNorm convNormOut;
        private final Conv convOut;

        Decoder(Config config) {
            int levels = config.channels().size();
            convIn = child("conv_in", Conv.of(config.latentChannels(), config.coarsest(), 3));
            midBlock = child("mid_block", new MiddleBlock(config));
            upBlocks = children("up_blocks", levels, i -> new UpBlock(config, levels - 1 - i));
            convNormOut = child("conv_norm_out", new GroupNorm(config.groups(), config.finest(), EPS));
            convOut = child("conv_out", Conv.of(config.finest(), config.imageChannels(), 3));
        }

        NDArray forward(Pass pass, NDArray latents) {
            NDArray x = convIn.forward(pass, latents); // (B, D', h, w)
            x = midBlock.forward(pass, x); // (B, D', h, w)
            for (UpBlock block : upBlocks) {
                x = block.forward(pass, x); // (B, D, H', W'), finer and finer
            }
            return convOut.forward(pass, activated(pass, convNormOut, x)); // (B, C, H, W)
        }
    }

    /** One level of the encoder. */
    private static final class DownBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final @Nullable Conv downsampler;

        DownBlock(Config config, int level) {
            int width = config.channels().get(level);
            int before = config.channels().get(Math.max(0, level - 1));
            resnets = children(
                    "resnets",
                    config.residualBlocks(),
                    i -> new ResidualBlock(config.groups(), i == 0 ? before : width, width));
            downsampler = level == config.channels().size() - 1
                    ? null
                    : child("downsamplers.0.conv", Conv.unpadded(width, width, 3, 2));
        }

        /** Frees its input. */
        NDArray forward(Pass pass, NDArray input) {
            NDArray x = input;
            for (ResidualBlock block : resnets) {
                x = Torch.consumed(x, each -> block.forward(pass, each)); // (B, D, H, W)
            }
            // pads one row below and one column to the right
            return downsampler == null
                    ? x
                    : Torch.consumed(
                            x, each -> downsampler.forward(pass, Torch.pad(each, 0, 1, 0, 1))); // (B, D, H/2, W/2)
        }
    }

    private static final class MiddleBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final @Nullable PixelAttention attention;

        MiddleBlock(Config config) {
            int width = config.coarsest();
            resnets = children("resnets", 2, i -> new ResidualBlock(config.groups(), width, width));
            attention =
                    config.middleAttention() ? child("attentions.0", new PixelAttention(config.groups(), width)) : null;
        }

        NDArray forward(Pass pass, NDArray input) {
            NDArray x = resnets.get(0).forward(pass, input); // (B, D, h, w)
            x = attention == null ? x : attention.forward(pass, x); // (B, D, h, w)
            return resnets.get(1).forward(pass, x); // (B, D, h, w)
        }
    }

    /** One level of the decoder. */
    private static final class UpBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final @Nullable Conv upsampler;

        UpBlock(Config config, int level) {
            int width = config.channels().get(level);
            int before = config.channels().get(Math.min(config.channels().size() - 1, level + 1));
            resnets = children(
                    "resnets",
                    config.residualBlocks() + 1,
                    i -> new ResidualBlock(config.groups(), i == 0 ? before : width, width));
            upsampler = level == 0 ? null : child("upsamplers.0.conv", Conv.of(width, width, 3));
        }

        /** Frees its input. */
        NDArray forward(Pass pass, NDArray input) {
            NDArray x = input;
            for (ResidualBlock block : resnets) {
                x = Torch.consumed(x, each -> block.forward(pass, each)); // (B, D, H, W)
            }
            return upsampler == null ? x : Torch.consumed(x, each -> enlarged(pass, upsampler, each));
        }

        /** x (B, D, H, W) -> (B, D, 2 H, 2 W) */
        private static NDArray enlarged(Pass pass, Conv upsampler, NDArray x) {
            long height = 2 * x.getShape().get(2);
            long width = 2 * x.getShape().get(3);
            return upsampler.forward(pass, Torch.upsample(x, height, width));
        }
    }

    /** x (B, D, H, W) -> same */
    private static NDArray activated(Pass pass, GroupNorm norm, NDArray x) {
        return Torch.consumed(norm.forward(pass, x), Torch::silu);
    }

    /** x (B, I, H, W) -> (B, O, H, W) */
    private static final class ResidualBlock extends Layer {
        private final GroupNorm norm1;
        private final Conv conv1;
        private final GroupNorm norm2;
        private final Conv conv2;
        private final @Nullable Conv shortcut;

        ResidualBlock(int groups, int in, int out) {
            norm1 = child("norm1", new GroupNorm(groups, in, EPS));
            conv1 = child("conv1", Conv.of(in, out, 3));
            norm2 = child("norm2", new GroupNorm(groups, out, EPS));
            conv2 = child("conv2", Conv.of(out, out, 3));
            shortcut = in == out ? null : child("conv_shortcut", Conv.of(in, out, 1));
        }

        NDArray forward(Pass pass, NDArray x) {
            return Torch.scoped(() -> {
                NDArray h =
                        Torch.consumed(activated(pass, norm1, x), each -> conv1.forward(pass, each)); // (B, O, H, W)
                h = Torch.consumed(h, each -> activated(pass, norm2, each)); // (B, O, H, W)
                h = Torch.consumed(h, each -> conv2.forward(pass, each)); // (B, O, H, W)
                return h.add(shortcut == null ? x : shortcut.forward(pass, x)); // (B, O, H, W)
            });
        }
    }

    /** Every pixel attends to every other, with one head: x (B, D, h, w) -> same */
    private static final class PixelAttention extends Layer {
        private final GroupNorm norm;
        private final Linear toQ;
        private final Linear toK;
        private final Linear toV;
        private final Linear toOut;

        PixelAttention(int groups, int width) {
            norm = child("group_norm", new GroupNorm(groups, width, EPS));
            toQ = child("to_q", Linear.of(width, width));
            toK = child("to_k", Linear.of(width, width));
            toV = child("to_v", Linear.of(width, width));
            toOut = child("to_out.0", Linear.of(width, width));
        }

        NDArray forward(Pass pass, NDArray x) {
            return Torch.scoped(() -> {
                long[] shape = x.getShape().getShape();
                NDArray pixels = norm.forward(pass, x)
                        .reshape(shape[0], 1, shape[1], shape[2] * shape[3])
                        .swapAxes(2, 3); // (B, 1, h w, D)
                NDArray y = Torch.attention(
                        toQ.forward(pass, pixels),
                        toK.forward(pass, pixels),
                        toV.forward(pass, pixels)); // (B, 1, h w, D)
                return toOut.forward(pass, y).swapAxes(2, 3).reshape(shape).add(x); // (B, D, h, w)
            });
        }
    }
}
