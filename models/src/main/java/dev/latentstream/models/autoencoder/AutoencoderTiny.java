package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Sequence;
import dev.latentstream.models.nn.Torch;
import java.util.List;

/**
 * The tiny autoencoder of madebyollin/taesd, as diffusers' {@code AutoencoderTiny}: convolutions and residual blocks of one
 * width, one strided convolution for each halving of the image.
 *
 * <p>Shape letters: B images, H and W their sides in pixels, C channels of the image, L channels of the latent, D the
 * width of the network, f = 2^(levels - 1) the downsampling, h = H / f and w = W / f.
 */
public final class AutoencoderTiny extends Layer implements AutoencoderNetwork {
    /**
     * Everything that decides the shapes.
     *
     * @param width channels of every hidden layer, D
     * @param encoderBlocks residual blocks per level, the finest first
     * @param decoderBlocks residual blocks per level, the coarsest first
     */
    public record Config(
            int imageChannels,
            int latentChannels,
            int width,
            List<Integer> encoderBlocks,
            List<Integer> decoderBlocks) {
        public Config {
            encoderBlocks = List.copyOf(encoderBlocks);
            decoderBlocks = List.copyOf(decoderBlocks);
            if (imageChannels < 1 || latentChannels < 1 || width < 1) {
                throw new IllegalArgumentException("channels %d, latent channels %d, width %d: each must be at least 1"
                        .formatted(imageChannels, latentChannels, width));
            }
            if (encoderBlocks.isEmpty() || encoderBlocks.size() != decoderBlocks.size()) {
                throw new IllegalArgumentException("the encoder has %d levels and the decoder %d"
                        .formatted(encoderBlocks.size(), decoderBlocks.size()));
            }
        }

        /** TAESD: downsampling 8, for latents of 4 channels (SD 1, SD 2, SDXL) or 16 (SD 3, Flux). */
        public static Config taesd(int latentChannels) {
            return new Config(3, latentChannels, 64, List.of(1, 3, 3, 3), List.of(3, 3, 3, 1));
        }

        public int downsampling() {
            return 1 << (encoderBlocks.size() - 1);
        }
    }

    private static final double LATENT_MAGNITUDE = 3; // the decoder squashes latents into (-3, 3)

    private final Encoder encoder;
    private final Decoder decoder;

    public AutoencoderTiny(Config config) {
        encoder = child("encoder", new Encoder(config));
        decoder = child("decoder", new Decoder(config));
    }

    /** Images (B, C, H, W) with values 0 to 1 -> latents (B, L, h, w) */
    @Override
    public NDArray encode(Pass pass, NDArray images) {
        return encoder.forward(pass, images);
    }

    /** Latents (B, L, h, w) -> images (B, C, H, W), values about 0 to 1 */
    @Override
    public NDArray decode(Pass pass, NDArray latents) {
        return decoder.forward(pass, latents);
    }

    Layer encoder() {
        return encoder;
    }

    Layer decoder() {
        return decoder;
    }

    private static final class Encoder extends Layer {
        private final Sequence layers = child("layers", new Sequence());

        Encoder(Config config) {
            int width = config.width();
            layers.then(Conv.of(config.imageChannels(), width, 3), Conv::forward);
            for (int level = 0; level < config.encoderBlocks().size(); level++) {
                if (level > 0) {
                    layers.then(Conv.withoutBias(width, width, 3, 2), Conv::forward);
                }
                for (int i = 0; i < config.encoderBlocks().get(level); i++) {
                    layers.then(new Block(width), Block::forward);
                }
            }
            layers.then(Conv.of(width, config.latentChannels(), 3), Conv::forward);
        }

        NDArray forward(Pass pass, NDArray images) {
            return layers.forward(pass, images); // (B, L, h, w)
        }
    }

    private static final class Decoder extends Layer {
        private final Sequence layers = child("layers", new Sequence());

        Decoder(Config config) {
            int width = config.width();
            int last = config.decoderBlocks().size() - 1;
            layers.then(Conv.of(config.latentChannels(), width, 3), Conv::forward);
            layers.then(Torch::relu);
            for (int level = 0; level <= last; level++) {
                for (int i = 0; i < config.decoderBlocks().get(level); i++) {
                    layers.then(new Block(width), Block::forward);
                }
                if (level < last) {
                    layers.then(AutoencoderTiny::doubled);
                    layers.then(Conv.withoutBias(width, width, 3, 1), Conv::forward);
                } else {
                    layers.then(Conv.of(width, config.imageChannels(), 3), Conv::forward);
                }
            }
        }

        NDArray forward(Pass pass, NDArray latents) {
            NDArray x = Torch.scale(latents, 1 / LATENT_MAGNITUDE);
            x = Torch.scale(Torch.tanh(x), LATENT_MAGNITUDE); // (B, L, h, w)
            return layers.forward(pass, x); // (B, C, H, W)
        }
    }

    /** Three convolutions with a shortcut: (B, D, H, W) -> same. */
    private static final class Block extends Layer {
        private final Sequence conv = child("conv", new Sequence());

        Block(int width) {
            conv.then(Conv.of(width, width, 3), Conv::forward);
            conv.then(Torch::relu);
            conv.then(Conv.of(width, width, 3), Conv::forward);
            conv.then(Torch::relu);
            conv.then(Conv.of(width, width, 3), Conv::forward);
        }

        NDArray forward(Pass pass, NDArray x) {
            return Torch.relu(conv.forward(pass, x).add(x));
        }
    }

    /** (B, D, H, W) -> (B, D, 2H, 2W) */
    private static NDArray doubled(NDArray x) {
        return Torch.upsample(x, 2 * x.getShape().get(2), 2 * x.getShape().get(3));
    }
}
