package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.GroupNorm;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.SinusoidalEmbedding;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the noise in a latent, conditioned on a text: the UNet of Stable Diffusion 2 and SDXL (arXiv 2112.10752, 2307.01952) and
 * that of DeepFloyd IF, with the layout and the tensor names of diffusers' class of this name.
 *
 * <p>Shapes: B images, C latent channels, H and W the latent's height and width, T tokens of text, E their width, D hidden
 * channels, N heads. Initially it predicts zero, as in latent diffusion: the last layer of each branch starts at zero.
 */
public final class UNet2DConditionModel extends Backbone {
    /**
     * A level of the UNet, at half the resolution of the one before.
     *
     * @param transformerLayers transformer blocks after each residual block; 0 for none
     */
    public record Resolution(int channels, int transformerLayers) {
        public Resolution {
            atLeast(1, "channels", channels);
            atLeast(0, "depth", transformerLayers);
        }
    }

    /** The layout of the levels. */
    public enum BlockType {
        /** Residual blocks with transformers after them ({@code CrossAttn...}, {@code Down}, {@code Up}); a convolution resizes. */
        LATENT_DIFFUSION,
        /** Residual blocks with one attention layer after each ({@code SimpleCrossAttn...}); a residual block resizes. */
        DEEPFLOYD_IF
    }

    /** The way in which a residual block is conditioned on the timestep. */
    public enum TimeScaleShift {
        ADD,
        SCALE_AND_SHIFT
    }

    /** The way in which blocks compute. */
    public record BlockFamily(BlockType type, Activation activation, TimeScaleShift timeScaleShift) {
        public static final BlockFamily LATENT_DIFFUSION = latentDiffusion(TimeScaleShift.ADD);
        public static final BlockFamily DEEPFLOYD_IF =
                new BlockFamily(BlockType.DEEPFLOYD_IF, Activation.GELU, TimeScaleShift.SCALE_AND_SHIFT);

        public BlockFamily {
            if (activation == Activation.QUICK_GELU) {
                throw new IllegalArgumentException("activation quick_gelu; a UNet supports silu and gelu");
            }
        }

        public static BlockFamily latentDiffusion(TimeScaleShift timeScaleShift) {
            return new BlockFamily(BlockType.LATENT_DIFFUSION, Activation.SILU, timeScaleShift);
        }
    }

    /**
     * The residual blocks of every level.
     *
     * @param layersPerBlock residual blocks per level on the way down; one more on the way up
     * @param normGroups groups of each group normalisation
     */
    public record Blocks(int layersPerBlock, int normGroups, BlockFamily family) {
        public Blocks {
            atLeast(1, "residual blocks", layersPerBlock);
            atLeast(1, "groups", normGroups);
        }
    }

    /**
     * The attention to the text, in every level that has it and in the middle.
     *
     * @param headDim width of an attention head
     * @param dim width of a token's state, {@code cross_attention_dim}
     * @param midTransformerLayers transformer blocks of the middle: as many as at the deepest level, if that has any
     */
    public record CrossAttention(int headDim, int dim, int midTransformerLayers) {
        public CrossAttention {
            atLeast(1, "head width", headDim);
            atLeast(1, "text width", dim);
            atLeast(1, "depth of the middle", midTransformerLayers);
        }
    }

    /** The embedding that is added to the time embedding: {@code addition_embed_type}. */
    public sealed interface AddedEmbedding permits None, PooledText, TextTime {}

    public record None() implements AddedEmbedding {}

    /** The text as one vector, pooled by this network ({@code text} of diffusers). */
    public record PooledText(int heads) implements AddedEmbedding {
        /** With heads of width 64 if the text's width is a multiple of it. */
        public static PooledText of(int textWidth) {
            return new PooledText(textWidth % 64 == 0 ? textWidth / 64 : 1);
        }
    }

    /**
     * The text as one vector, pooled by the text encoder, and six sizes of the image ({@code text_time} of diffusers).
     *
     * @param dim width of each size's embedding
     * @param pooledDim of the pooled text
     */
    public record TextTime(int dim, int pooledDim) implements AddedEmbedding {
        public TextTime {
            atLeast(1, "width of a size's embedding", dim);
            atLeast(1, "width of the pooled text", pooledDim);
        }

        int width() {
            return pooledDim + SizeConditioning.COUNT * dim;
        }
    }

    /**
     * Everything that decides the shapes.
     *
     * @param resolutions finest first
     */
    public record Config(
            int inChannels,
            int outChannels,
            List<Resolution> resolutions,
            Blocks blocks,
            CrossAttention crossAttention,
            AddedEmbedding addedEmbedding) {
        public Config {
            resolutions = List.copyOf(resolutions);
            atLeast(1, "input channels", inChannels);
            atLeast(1, "output channels", outChannels);
            atLeast(1, "number of levels", resolutions.size());
            Resolution deepest = resolutions.get(resolutions.size() - 1);
            int headDim = crossAttention.headDim();
            int midLayers = crossAttention.midTransformerLayers();
            for (Resolution level : resolutions) {
                divides(blocks.normGroups(), "groups", level.channels());
                if (level.transformerLayers() > 0) {
                    divides(headDim, "head width", level.channels());
                }
                int layers = Math.max(level.transformerLayers(), midLayers);
                if (blocks.family().type() == BlockType.DEEPFLOYD_IF && layers > 1) {
                    throw new IllegalArgumentException(
                            "%d attention layers per residual block; DeepFloyd IF supports 1".formatted(layers));
                }
            }
            divides(headDim, "head width", deepest.channels());
            if (deepest.transformerLayers() > 0 && deepest.transformerLayers() != midLayers) {
                throw new IllegalArgumentException("depth of the middle %d differs from that of the deepest level, %d"
                        .formatted(midLayers, deepest.transformerLayers()));
            }
            if (addedEmbedding instanceof PooledText pooled) {
                int width = crossAttention.dim();
                if (pooled.heads() < 1 || width % pooled.heads() != 0) {
                    throw new IllegalArgumentException(
                            "a text width of %d does not split by %d heads".formatted(width, pooled.heads()));
                }
            }
        }

        private Resolution deepest() {
            return resolutions.get(resolutions.size() - 1);
        }

        /** Channels of the finest level. */
        private int width() {
            return resolutions.get(0).channels();
        }

        BlockFamily family() {
            return blocks.family();
        }

        int timeWidth() {
            return 4 * width();
        }

        private static void divides(int part, String name, int channels) {
            if (channels % part != 0) {
                throw new IllegalArgumentException("%d channels do not split by %s %d".formatted(channels, name, part));
            }
        }
    }

    /** The conditioning of every block: the activated time embedding (B, 4 D) and the text. */
    private record Condition(NDArray time, Context text) {}

    private final Config config;
    private final Conv convIn;
    private final TimeEmbedding timeEmbedding;
    private final @Nullable TextPooling textPooling;
    private final @Nullable TimeEmbedding textTime;
    private final List<DownBlock> downBlocks;
    private final MiddleBlock midBlock;
    private final List<UpBlock> upBlocks;
    private final GroupNorm convNormOut;
    private final Conv convOut;

    public UNet2DConditionModel(Config config) {
        super(config.inChannels(), config.outChannels(), config.crossAttention().dim());
        this.config = config;
        int levels = config.resolutions().size();
        convIn = child("conv_in", Conv.of(config.inChannels(), config.width(), 3));
        int timeWidth = config.timeWidth();
        timeEmbedding = child(
                "time_embedding",
                new TimeEmbedding(config.width(), timeWidth, config.family().activation()));
        textPooling = config.addedEmbedding() instanceof PooledText pooled
                ? child("add_embedding", new TextPooling(config.crossAttention().dim(), timeWidth, pooled.heads()))
                : null;
        textTime = config.addedEmbedding() instanceof TextTime dims
                ? child("add_embedding", new TimeEmbedding(dims.width(), timeWidth, Activation.SILU))
                : null;
        downBlocks = children("down_blocks", levels, level -> new DownBlock(config, level));
        midBlock = child("mid_block", new MiddleBlock(config));
        upBlocks = children("up_blocks", levels, i -> new UpBlock(config, levels - 1 - i));
        convNormOut = child("conv_norm_out", new GroupNorm(config.blocks().normGroups(), config.width(), 1e-5));
        convOut = child("conv_out", Conv.zero(config.width(), config.outChannels(), 3));
    }

    public Config config() {
        return config;
    }

    @Override
    public String configuration() {
        return UNetConfigFile.json(config);
    }

    @Override
    public UNet2DConditionModel onMeta() {
        return new UNet2DConditionModel(config);
    }

    @Override
    public NDArray forward(Pass pass, NDArray latent, float[] timesteps, Conditioning text) {
        NDArray sinusoidal = SinusoidalEmbedding.of(latent.getManager(), timesteps, config.width()); // (B, D)
        NDArray time = added(pass, timeEmbedding.forward(pass, sinusoidal), text); // (B, 4 D)
        Condition condition = new Condition(config.family().activation().of(time), text.context());
        NDArray x = convIn.forward(pass, latent); // (B, D, H, W)
        Deque<NDArray> skips = new ArrayDeque<>(List.of(x));
        for (DownBlock block : downBlocks) {
            x = block.forward(pass, x, condition, skips); // (B, D', H', W'), coarser and coarser
        }
        x = midBlock.forward(pass, x, condition); // (B, D', H', W')
        for (UpBlock block : upBlocks) {
            x = block.forward(pass, x, condition, skips); // (B, D', H', W'), finer and finer
        }
        return convOut.forward(pass, config.family().activation().of(convNormOut.forward(pass, x))); // (B, C, H, W)
    }

    // ------------------------------------------------------------------ parts, in the order of use

    /** time (B, 4 D) -> (B, 4 D), with the embedding of the text and the image as a whole added */
    private NDArray added(Pass pass, NDArray time, Conditioning text) {
        if (textPooling != null) {
            return time.add(textPooling.forward(pass, text.states()));
        } else if (textTime == null) {
            return time;
        }
        AddedConditioning added = text.added();
        if (added == null) {
            throw new IllegalArgumentException("this network needs the pooled text and the sizes of each image");
        }
        TextTime dims = (TextTime) config.addedEmbedding();
        if (added.pooled().getShape().get(1) != dims.pooledDim()) {
            throw new IllegalArgumentException("a pooled text of width %d; this network takes %d"
                    .formatted(added.pooled().getShape().get(1), dims.pooledDim()));
        }
        return time.add(textTime.forward(pass, added.textAndTime(dims.dim()))); // (B, 4 D)
    }

    /** One level on the way down; pushes its outputs onto the stack for the way up. */
    private static final class DownBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final List<TextAttention> attentions;
        private final @Nullable Resampler downsampler;

        DownBlock(Config config, int level) {
            Resolution here = config.resolutions().get(level);
            int before = level == 0
                    ? config.width()
                    : config.resolutions().get(level - 1).channels();
            int blocks = config.blocks().layersPerBlock();
            attentions = children("attentions", attentions(here, blocks), attention(config, here));
            resnets = children(
                    "resnets",
                    blocks,
                    i -> new ResidualBlock(config, i == 0 ? before : here.channels(), here.channels()));
            boolean deepest = level == config.resolutions().size() - 1;
            downsampler = deepest ? null : child("downsamplers.0", Resampler.down(config, here.channels()));
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
            attention = child(
                    "attentions.0",
                    TextAttention.of(config, channels, config.crossAttention().midTransformerLayers()));
            resnets = children("resnets", 2, i -> new ResidualBlock(config, channels, channels));
        }

        NDArray forward(Pass pass, NDArray input, Condition condition) {
            NDArray x = resnets.get(0).forward(pass, input, condition.time());
            x = attention.forward(pass, x, condition.text());
            return resnets.get(1).forward(pass, x, condition.time());
        }
    }

    /** One level on the way up; each residual block also takes the output of the way down at this resolution. */
    private static final class UpBlock extends Layer {
        private final List<ResidualBlock> resnets;
        private final List<TextAttention> attentions;
        private final @Nullable Resampler upsampler;

        UpBlock(Config config, int level) {
            Resolution here = config.resolutions().get(level);
            boolean deepest = level == config.resolutions().size() - 1;
            int below = deepest
                    ? here.channels()
                    : config.resolutions().get(level + 1).channels();
            int above = level == 0
                    ? config.width()
                    : config.resolutions().get(level - 1).channels();
            int blocks = config.blocks().layersPerBlock() + 1;
            attentions = children("attentions", attentions(here, blocks), attention(config, here));
            resnets = children("resnets", blocks, i -> {
                int skip = i == blocks - 1
                        ? above
                        : here.channels(); // the last skip comes from the level above, or from conv_in
                return new ResidualBlock(config, (i == 0 ? below : here.channels()) + skip, here.channels());
            });
            upsampler = level == 0 ? null : child("upsamplers.0", Resampler.up(config, here.channels()));
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

    private static IntFunction<TextAttention> attention(Config config, Resolution level) {
        return i -> TextAttention.of(config, level.channels(), level.transformerLayers());
    }

    /** Number of attention layers of a block: one after each residual block, or none. */
    private static int attentions(Resolution level, int residualBlocks) {
        return level.transformerLayers() == 0 ? 0 : residualBlocks;
    }

    private static void atLeast(int bound, String name, int value) {
        if (value < bound) {
            throw new IllegalArgumentException("%s %d is less than %d".formatted(name, value, bound));
        }
    }
}
