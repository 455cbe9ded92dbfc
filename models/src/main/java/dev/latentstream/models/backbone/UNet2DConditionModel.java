package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.GroupNorm;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.TimeWaves;
import dev.latentstream.models.nn.Torch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the noise in a latent from its text: the UNet of Stable Diffusion 2 and SDXL (arXiv 2112.10752, 2307.01952) and that
 * of DeepFloyd IF, with the layout and the tensor names of diffusers' class of this name.
 *
 * <p>Shapes: B images, C latent channels, H and W the latent's height and width, T tokens of text, E their width, D channels
 * inside, N heads. It begins by predicting zero, as latent diffusion does: the last layer of each branch starts at zero.
 */
public final class UNet2DConditionModel extends Backbone {
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

    /** What the levels are made of. */
    public enum Blocks {
        /** Transformers behind residual blocks ({@code CrossAttn...}, {@code Down}, {@code Up}), sizes changed by a convolution. */
        LATENT_DIFFUSION,
        /** One attention behind each residual block ({@code SimpleCrossAttn...}), sizes changed by a residual block. */
        DEEPFLOYD_IF
    }

    /** The function between the layers. */
    public enum Activation {
        SILU,
        GELU;

        NDArray of(NDArray x) {
            return switch (this) {
                case SILU -> Torch.silu(x);
                case GELU -> Torch.gelu(x);
            };
        }
    }

    /** How a residual block is told of the noise step. */
    public enum TimeUse {
        ADD,
        SCALE_AND_SHIFT
    }

    /** How the blocks compute. */
    public record Style(Blocks blocks, Activation activation, TimeUse timeUse) {
        public static final Style LATENT_DIFFUSION = new Style(Blocks.LATENT_DIFFUSION, Activation.SILU, TimeUse.ADD);
        public static final Style DEEPFLOYD_IF =
                new Style(Blocks.DEEPFLOYD_IF, Activation.GELU, TimeUse.SCALE_AND_SHIFT);
    }

    /** What is added to the time embedding. */
    public sealed interface Addition permits NoAddition, PooledText, TextAndSizes {}

    public record NoAddition() implements Addition {}

    /** The text in one vector, pooled here ({@code text} of diffusers). */
    public record PooledText(int heads) implements Addition {
        /** With heads 64 wide where these fit. */
        public static PooledText of(int textWidth) {
            return new PooledText(textWidth % 64 == 0 ? textWidth / 64 : 1);
        }
    }

    /**
     * The text in one vector, as the text encoder pools it, and six sizes of the picture ({@code text_time}).
     *
     * @param waves numbers for each size
     * @param textWidth of the pooled text
     */
    public record TextAndSizes(int waves, int textWidth) implements Addition {
        int width() {
            return textWidth + PictureSizes.COUNT * waves;
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
            int groups,
            Style style,
            Addition addition) {
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
                if (style.blocks() == Blocks.DEEPFLOYD_IF && Math.max(level.depth(), middleDepth) > 1) {
                    throw new IllegalArgumentException(
                            "%d attentions behind a residual block of DeepFloyd IF; it has one"
                                    .formatted(Math.max(level.depth(), middleDepth)));
                }
            }
            Level deepest = levels.get(levels.size() - 1);
            divides(headWidth, "head width", deepest.channels());
            if (deepest.depth() > 0 && deepest.depth() != middleDepth) {
                throw new IllegalArgumentException("depth of the middle %d differs from that of the deepest level, %d"
                        .formatted(middleDepth, deepest.depth()));
            }
            if (addition instanceof PooledText pooled && (pooled.heads() < 1 || textWidth % pooled.heads() != 0)) {
                throw new IllegalArgumentException(
                        "a text width of %d does not split by %d heads".formatted(textWidth, pooled.heads()));
            }
        }

        /** Of latent diffusion, with nothing added to the time embedding. */
        public Config(
                int inChannels,
                int outChannels,
                List<Level> levels,
                int residualBlocks,
                int middleDepth,
                int headWidth,
                int textWidth,
                int groups) {
            this(
                    inChannels,
                    outChannels,
                    levels,
                    residualBlocks,
                    middleDepth,
                    headWidth,
                    textWidth,
                    groups,
                    Style.LATENT_DIFFUSION,
                    new NoAddition());
        }

        private Level deepest() {
            return levels.get(levels.size() - 1);
        }

        /** Channels of the finest level. */
        private int width() {
            return levels.get(0).channels();
        }

        int timeWidth() {
            return 4 * width();
        }

        private static void divides(int part, String name, int channels) {
            if (part <= 0 || channels % part != 0) {
                throw new IllegalArgumentException("%d channels do not split by %s %d".formatted(channels, name, part));
            }
        }
    }

    /** What every block is told beside the image: the activated time embedding (B, 4 D) and the text. */
    private record Condition(NDArray time, Context text) {}

    private final Config config;
    private final Conv convIn;
    private final TimeEmbedding timeEmbedding;
    private final @Nullable TextPooling textPooling;
    private final @Nullable TimeEmbedding textAndSizes;
    private final List<DownBlock> downBlocks;
    private final MiddleBlock midBlock;
    private final List<UpBlock> upBlocks;
    private final GroupNorm convNormOut;
    private final Conv convOut;

    public UNet2DConditionModel(Config config) {
        super(config.inChannels(), config.outChannels(), config.textWidth());
        this.config = config;
        int levels = config.levels().size();
        convIn = part("conv_in", Conv.of(config.inChannels(), config.width(), 3));
        int timeWidth = config.timeWidth();
        timeEmbedding = part(
                "time_embedding",
                new TimeEmbedding(config.width(), timeWidth, config.style().activation()));
        textPooling = config.addition() instanceof PooledText pooled
                ? part("add_embedding", new TextPooling(config.textWidth(), timeWidth, pooled.heads()))
                : null;
        textAndSizes = config.addition() instanceof TextAndSizes whole
                ? part("add_embedding", new TimeEmbedding(whole.width(), timeWidth, Activation.SILU))
                : null;
        downBlocks = parts("down_blocks", levels, level -> new DownBlock(config, level));
        midBlock = part("mid_block", new MiddleBlock(config));
        upBlocks = parts("up_blocks", levels, i -> new UpBlock(config, levels - 1 - i));
        convNormOut = part("conv_norm_out", new GroupNorm(config.groups(), config.width(), 1e-5));
        convOut = part("conv_out", Conv.zero(config.width(), config.outChannels(), 3));
    }

    public Config config() {
        return config;
    }

    @Override
    public String configuration() {
        return UNetConfigFile.json(config);
    }

    @Override
    public UNet2DConditionModel withoutValues() {
        return new UNet2DConditionModel(config);
    }

    @Override
    public NDArray forward(Pass pass, NDArray latent, float[] steps, Text text) {
        NDArray waves = TimeWaves.of(latent.getManager(), steps, config.width()); // (B, D)
        NDArray time = added(pass, timeEmbedding.forward(pass, waves), text); // (B, 4 D)
        Condition condition = new Condition(config.style().activation().of(time), text.context());
        NDArray x = convIn.forward(pass, latent); // (B, D, H, W)
        Deque<NDArray> skips = new ArrayDeque<>(List.of(x));
        for (DownBlock block : downBlocks) {
            x = block.forward(pass, x, condition, skips); // (B, D', H', W'), coarser and coarser
        }
        x = midBlock.forward(pass, x, condition); // (B, D', H', W')
        for (UpBlock block : upBlocks) {
            x = block.forward(pass, x, condition, skips); // (B, D', H', W'), finer and finer
        }
        return convOut.forward(pass, config.style().activation().of(convNormOut.forward(pass, x))); // (B, C, H, W)
    }

    // ------------------------------------------------------------------ parts, in the order of use

    /** time (B, 4 D) -> (B, 4 D), with what is known of the text and the picture as a whole */
    private NDArray added(Pass pass, NDArray time, Text text) {
        if (textPooling != null) {
            return time.add(textPooling.forward(pass, text.states()));
        } else if (textAndSizes == null) {
            return time;
        } else if (!(text.facts() instanceof SizedText sized)) {
            throw new IllegalArgumentException("this network needs the pooled text and the sizes of each picture");
        } else {
            TextAndSizes whole = (TextAndSizes) config.addition();
            if (sized.pooled().getShape().get(1) != whole.textWidth()) {
                throw new IllegalArgumentException("a pooled text of width %d; this network takes %d"
                        .formatted(sized.pooled().getShape().get(1), whole.textWidth()));
            }
            NDArray waves = sized.waves(whole.waves()); // (B, P + 6 waves)
            return time.add(textAndSizes.forward(pass, waves));
        }
    }

    /** One level on the way down; what it makes goes onto the stack for the way up. */
    private static final class DownBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final List<TextAttention> attentions;
        private final @Nullable Resampler downsampler;

        DownBlock(Config config, int level) {
            Level here = config.levels().get(level);
            int before =
                    level == 0 ? config.width() : config.levels().get(level - 1).channels();
            int blocks = config.residualBlocks();
            attentions = parts("attentions", attentions(here, blocks), attention(config, here));
            resnets = parts(
                    "resnets",
                    blocks,
                    i -> new ResidualBlock(config, i == 0 ? before : here.channels(), here.channels()));
            boolean deepest = level == config.levels().size() - 1;
            downsampler = deepest ? null : part("downsamplers.0", Resampler.down(config, here.channels()));
        }

        NDArray forward(Pass pass, NDArray input, Condition condition, Deque<NDArray> skips) {
            NDArray x = input;
            for (int i = 0; i < resnets.size(); i++) {
                x = resnets.get(i).forward(pass, x, condition.time()); // (B, D, H, W)
                x = attentions.isEmpty() ? x : attentions.get(i).forward(pass, x, condition.text());
                skips.push(x);
            }
            if (downsampler != null) {
                x = downsampler.halve(pass, x, condition.time()); // (B, D, H/2, W/2)
                skips.push(x);
            }
            return x;
        }
    }

    private static final class MiddleBlock extends Layer {
        private final TextAttention attention;
        private final List<ResidualBlock> resnets;

        MiddleBlock(Config config) {
            int channels = config.deepest().channels();
            attention = part("attentions.0", TextAttention.of(config, channels, config.middleDepth()));
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
        private final List<TextAttention> attentions;
        private final @Nullable Resampler upsampler;

        UpBlock(Config config, int level) {
            Level here = config.levels().get(level);
            boolean deepest = level == config.levels().size() - 1;
            int below =
                    deepest ? here.channels() : config.levels().get(level + 1).channels();
            int above =
                    level == 0 ? config.width() : config.levels().get(level - 1).channels();
            int blocks = config.residualBlocks() + 1;
            attentions = parts("attentions", attentions(here, blocks), attention(config, here));
            resnets = parts("resnets", blocks, i -> {
                int skip = i == blocks - 1 ? above : here.channels(); // the last one made the level above, or the input
                return new ResidualBlock(config, (i == 0 ? below : here.channels()) + skip, here.channels());
            });
            upsampler = level == 0 ? null : part("upsamplers.0", Resampler.up(config, here.channels()));
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
            Shape next = Objects.requireNonNull(skips.peek()).getShape();
            return upsampler.enlarge(pass, x, condition.time(), next.get(2), next.get(3)); // (B, D, 2 H, 2 W)
        }
    }

    private static IntFunction<TextAttention> attention(Config config, Level level) {
        return i -> TextAttention.of(config, level.channels(), level.depth());
    }

    /** How many attentions a block has: one after each residual block, or none. */
    private static int attentions(Level level, int residualBlocks) {
        return level.depth() == 0 ? 0 : residualBlocks;
    }

    private static void require(boolean ok, String name, int value) {
        if (!ok) {
            throw new IllegalArgumentException("%s %d is too small".formatted(name, value));
        }
    }
}
