package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the noise in a latent from its text: the UNet of Stable Diffusion 2 and SDXL (arXiv 2112.10752, 2307.01952), with
 * the layout and the tensor names of diffusers' class of this name, linear projections and GEGLU feed-forward nets.
 *
 * <p>Shapes: B images, C latent channels, H and W the latent's height and width, T tokens of text, E their width, D channels
 * inside, N heads. It begins by predicting zero, as latent diffusion does: the last layer of each branch starts at zero.
 */
public final class UNet2DConditionModel extends Layer {
    /**
     * One resolution: half of the one before.
     *
     * @param depth transformer blocks behind each residual block; 0 for none
     */
    public record Level(int channels, int depth) {
        public Level {
            require(channels > 0, "channels", channels);
            require(depth >= 0, "depth", depth);
        }
    }

    /**
     * Everything that decides the shapes.
     *
     * @param levels finest first
     * @param residualBlocks residual blocks a level on the way down; one more on the way up
     * @param middleDepth transformer blocks of the middle: as many as at the deepest level, if that has any
     * @param headWidth width of an attention head
     * @param textWidth width of a token's state
     * @param groups groups of each group normalisation
     */
    public record Config(
            int inChannels,
            int outChannels,
            List<Level> levels,
            int residualBlocks,
            int middleDepth,
            int headWidth,
            int textWidth,
            int groups) {
        public Config {
            levels = List.copyOf(levels);
            require(inChannels > 0, "input channels", inChannels);
            require(outChannels > 0, "output channels", outChannels);
            require(!levels.isEmpty(), "number of levels", 0);
            require(residualBlocks > 0, "residual blocks", residualBlocks);
            require(middleDepth > 0, "depth of the middle", middleDepth);
            require(headWidth > 0, "head width", headWidth);
            require(textWidth > 0, "text width", textWidth);
            for (Level level : levels) {
                divides(groups, "groups", level.channels());
                if (level.depth() > 0) {
                    divides(headWidth, "head width", level.channels());
                }
            }
            Level deepest = levels.get(levels.size() - 1);
            divides(headWidth, "head width", deepest.channels());
            if (deepest.depth() > 0 && deepest.depth() != middleDepth) {
                throw new IllegalArgumentException("depth of the middle %d differs from that of the deepest level, %d"
                        .formatted(middleDepth, deepest.depth()));
            }
        }

        /** The SDXL family of arXiv 2404.02883: no attention at the finest of three levels. */
        public static Config sdxl(int channels, int depth, int lastDepth) {
            List<Level> levels =
                    List.of(new Level(channels, 0), new Level(2 * channels, depth), new Level(4 * channels, lastDepth));
            return new Config(4, 4, levels, 2, lastDepth, 64, 1024, 32);
        }

        /** The SD2 family of arXiv 2404.02883: attention at the three finest of four levels. */
        public static Config sd2(int channels) {
            List<Level> levels = List.of(
                    new Level(channels, 1),
                    new Level(2 * channels, 1),
                    new Level(4 * channels, 1),
                    new Level(4 * channels, 0));
            return new Config(4, 4, levels, 2, 1, 64, 1024, 32);
        }

        /** An SDXL small enough to learn on a processor in minutes: 4.6 M parameters at 4 channels and width 384. */
        public static Config small(int latentChannels, int textWidth) {
            List<Level> levels = List.of(new Level(32, 0), new Level(64, 1), new Level(128, 1));
            return new Config(latentChannels, latentChannels, levels, 1, 1, 32, textWidth, 16);
        }

        private Level deepest() {
            return levels.get(levels.size() - 1);
        }

        /** Channels of the finest level. */
        private int width() {
            return levels.get(0).channels();
        }

        private int timeWidth() {
            return 4 * width();
        }

        private static void divides(int part, String name, int channels) {
            if (part <= 0 || channels % part != 0) {
                throw new IllegalArgumentException("%d channels do not split by %s %d".formatted(channels, name, part));
            }
        }
    }

    /**
     * What a latent is to show.
     *
     * @param states (B, T, E)
     * @param bias (B, 1, 1, T), added to the attention scores: 0 for a token, far below 0 for padding; null where all count
     */
    public record Text(NDArray states, @Nullable NDArray bias) {}

    /** What every block is told beside the image: the activated time embedding (B, 4 D) and the text. */
    private record Condition(NDArray time, Text text) {}

    private final Config config;
    private final Conv convIn;
    private final TimeEmbedding timeEmbedding;
    private final List<DownBlock> downBlocks;
    private final MiddleBlock midBlock;
    private final List<UpBlock> upBlocks;
    private final GroupNorm convNormOut;
    private final Conv convOut;

    public UNet2DConditionModel(Config config) {
        this.config = config;
        int levels = config.levels().size();
        convIn = part("conv_in", Conv.of(config.inChannels(), config.width(), 3));
        timeEmbedding = part("time_embedding", new TimeEmbedding(config));
        downBlocks = parts("down_blocks", levels, level -> new DownBlock(config, level));
        midBlock = part("mid_block", new MiddleBlock(config));
        upBlocks = parts("up_blocks", levels, i -> new UpBlock(config, levels - 1 - i));
        convNormOut = part("conv_norm_out", new GroupNorm(config.groups(), config.width(), 1e-5));
        convOut = part("conv_out", Conv.zero(config.width(), config.outChannels(), 3));
    }

    public Config config() {
        return config;
    }

    /**
     * latent (B, C, H, W) -> noise (B, C, H, W)
     *
     * @param steps the noise step of each image
     */
    public NDArray forward(Pass pass, NDArray latent, float[] steps, Text text) {
        NDArray waves = TimeWaves.of(latent.getManager(), steps, config.width()); // (B, D)
        Condition condition = new Condition(Torch.silu(timeEmbedding.forward(pass, waves)), text); // (B, 4 D)
        NDArray x = convIn.forward(pass, latent); // (B, D, H, W)
        Deque<NDArray> skips = new ArrayDeque<>(List.of(x));
        for (DownBlock block : downBlocks) {
            x = block.forward(pass, x, condition, skips); // (B, D', H', W'), coarser and coarser
        }
        x = midBlock.forward(pass, x, condition); // (B, D', H', W')
        for (UpBlock block : upBlocks) {
            x = block.forward(pass, x, condition, skips); // (B, D', H', W'), finer and finer
        }
        return convOut.forward(pass, Torch.silu(convNormOut.forward(pass, x))); // (B, C, H, W)
    }

    // ------------------------------------------------------------------ parts, in the order of use

    /** waves (B, D) -> (B, 4 D) */
    private static final class TimeEmbedding extends Layer {
        private final Linear first;
        private final Linear second;

        TimeEmbedding(Config config) {
            first = part("linear_1", Linear.of(config.width(), config.timeWidth()));
            second = part("linear_2", Linear.of(config.timeWidth(), config.timeWidth()));
        }

        NDArray forward(Pass pass, NDArray waves) {
            return second.forward(pass, Torch.silu(first.forward(pass, waves)));
        }
    }

    /** One level on the way down; what it makes goes onto the stack for the way up. */
    private static final class DownBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final List<SpatialTransformer> attentions;
        private final @Nullable Resampler downsampler;

        DownBlock(Config config, int level) {
            Level here = config.levels().get(level);
            int before =
                    level == 0 ? config.width() : config.levels().get(level - 1).channels();
            int blocks = config.residualBlocks();
            attentions = attentions(this, config, here, blocks);
            resnets = parts(
                    "resnets",
                    blocks,
                    i -> new ResidualBlock(config, i == 0 ? before : here.channels(), here.channels()));
            boolean deepest = level == config.levels().size() - 1;
            downsampler = deepest ? null : part("downsamplers.0", Resampler.down(here.channels()));
        }

        NDArray forward(Pass pass, NDArray input, Condition condition, Deque<NDArray> skips) {
            NDArray x = input;
            for (int i = 0; i < resnets.size(); i++) {
                x = resnets.get(i).forward(pass, x, condition.time()); // (B, D, H, W)
                x = attentions.isEmpty() ? x : attentions.get(i).forward(pass, x, condition.text());
                skips.push(x);
            }
            if (downsampler != null) {
                x = downsampler.forward(pass, x); // (B, D, H/2, W/2)
                skips.push(x);
            }
            return x;
        }
    }

    private static final class MiddleBlock extends Layer {
        private final SpatialTransformer attention;
        private final List<ResidualBlock> resnets;

        MiddleBlock(Config config) {
            int channels = config.deepest().channels();
            attention = part("attentions.0", new SpatialTransformer(config, channels, config.middleDepth()));
            resnets = parts("resnets", 2, i -> new ResidualBlock(config, channels, channels));
        }

        NDArray forward(Pass pass, NDArray input, Condition condition) {
            NDArray x = resnets.get(0).forward(pass, input, condition.time());
            x = attention.forward(pass, x, condition.text());
            return resnets.get(1).forward(pass, x, condition.time());
        }
    }

    /** One level on the way up; each residual block also sees what the way down made at this size. */
    private static final class UpBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final List<SpatialTransformer> attentions;
        private final @Nullable Resampler upsampler;

        UpBlock(Config config, int level) {
            Level here = config.levels().get(level);
            boolean deepest = level == config.levels().size() - 1;
            int below =
                    deepest ? here.channels() : config.levels().get(level + 1).channels();
            int above =
                    level == 0 ? config.width() : config.levels().get(level - 1).channels();
            int blocks = config.residualBlocks() + 1;
            attentions = attentions(this, config, here, blocks);
            resnets = parts("resnets", blocks, i -> {
                int skip = i == blocks - 1 ? above : here.channels(); // the last one made the level above, or the input
                return new ResidualBlock(config, (i == 0 ? below : here.channels()) + skip, here.channels());
            });
            upsampler = level == 0 ? null : part("upsamplers.0", Resampler.up(here.channels()));
        }

        NDArray forward(Pass pass, NDArray input, Condition condition, Deque<NDArray> skips) {
            NDArray x = input;
            for (int i = 0; i < resnets.size(); i++) {
                x = resnets.get(i).forward(pass, x.concat(skips.pop(), 1), condition.time()); // (B, D, H, W)
                x = attentions.isEmpty() ? x : attentions.get(i).forward(pass, x, condition.text());
            }
            if (upsampler == null) {
                return x;
            }
            NDArray next = Objects.requireNonNull(skips.peek());
            return upsampler.forward(
                    pass,
                    Torch.upsample(x, next.getShape().get(2), next.getShape().get(3)));
        }
    }

    private static List<SpatialTransformer> attentions(Layer block, Config config, Level level, int count) {
        return level.depth() == 0
                ? List.of()
                : block.parts(
                        "attentions", count, i -> new SpatialTransformer(config, level.channels(), level.depth()));
    }

    /** x (B, I, H, W), time (B, 4 D) -> (B, O, H, W) */
    private static final class ResidualBlock extends Layer {
        private final GroupNorm norm1;
        private final Conv conv1;
        private final Linear time;
        private final GroupNorm norm2;
        private final Conv conv2;
        private final @Nullable Conv shortcut;

        ResidualBlock(Config config, int in, int out) {
            norm1 = part("norm1", new GroupNorm(config.groups(), in, 1e-5));
            conv1 = part("conv1", Conv.of(in, out, 3));
            time = part("time_emb_proj", Linear.of(config.timeWidth(), out));
            norm2 = part("norm2", new GroupNorm(config.groups(), out, 1e-5));
            conv2 = part("conv2", Conv.zero(out, out, 3));
            shortcut = in == out ? null : part("conv_shortcut", Conv.of(in, out, 1));
        }

        NDArray forward(Pass pass, NDArray x, NDArray t) {
            return Torch.scoped(() -> {
                NDArray h = conv1.forward(pass, Torch.silu(norm1.forward(pass, x))); // (B, O, H, W)
                h = h.add(time.forward(pass, t).expandDims(2).expandDims(3)); // (B, O, H, W)
                h = conv2.forward(pass, Torch.silu(norm2.forward(pass, h))); // (B, O, H, W)
                return h.add(shortcut == null ? x : shortcut.forward(pass, x)); // (B, O, H, W)
            });
        }
    }

    /** The one convolution of a change of size. */
    private static final class Resampler extends Layer {
        private final Conv conv;

        private Resampler(int channels, int stride) {
            conv = part("conv", Conv.strided(channels, channels, 3, stride));
        }

        /** (B, D, H, W) -> (B, D, H/2, W/2) */
        static Resampler down(int channels) {
            return new Resampler(channels, 2);
        }

        /** What follows the enlargement: (B, D, H, W) -> same */
        static Resampler up(int channels) {
            return new Resampler(channels, 1);
        }

        NDArray forward(Pass pass, NDArray x) {
            return conv.forward(pass, x);
        }
    }

    private static void require(boolean ok, String name, int value) {
        if (!ok) {
            throw new IllegalArgumentException("%s %d is too small".formatted(name, value));
        }
    }
}
