package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.Attention;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.SinusoidalEmbedding;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the noise in a latent, conditioned on a text: the transformer of PixArt-alpha (arXiv 2310.00426), with the layout and the
 * tensor names of diffusers' class of this name.
 *
 * <p>Shapes: B images, C latent channels, C' channels of the prediction, H and W the latent's height and width, P pixels a side
 * of a patch, S = H/P W/P patches, T tokens of text, E their width, D hidden width, N heads. Initialised as PixArt is: it
 * predicts zero, and its blocks do not attend to the text yet.
 */
public final class PixArtTransformer2DModel extends Backbone {
    /** The form in which the blocks attend to the text. */
    public enum TextUse {
        /** Projected to the hidden width, once for all blocks. */
        PROJECTED,
        /** As the text encoder returns it. */
        AS_IT_IS
    }

    /** The conditioning of the adaptive layer norms. */
    public enum Conditions {
        STEP,
        /** The timestep, and the resolution and aspect ratio of the image: {@link AddedConditioning}. */
        STEP_AND_SHAPE
    }

    /**
     * The patches of a latent.
     *
     * @param sampleSize side of the latents that the positions are scaled for; others are possible
     * @param patch side of a patch
     * @param interpolation {@code interpolation_scale}: how much closer positions lie than those of patches of {@code sampleSize}
     */
    public record PatchGrid(int sampleSize, int patch, double interpolation) {
        public PatchGrid {
            atLeast("patch", patch);
            if (sampleSize < patch) {
                throw new IllegalArgumentException("sample size %d is less than patch %d".formatted(sampleSize, patch));
            }
            if (!(interpolation > 0)) {
                throw new IllegalArgumentException("interpolation scale %s is not above 0".formatted(interpolation));
            }
        }

        /** With diffusers' default interpolation. */
        static PatchGrid of(int sampleSize, int patch) {
            return new PatchGrid(sampleSize, patch, defaultInterpolation(sampleSize));
        }

        /** The value that diffusers takes where a configuration has none. */
        static double defaultInterpolation(int sampleSize) {
            return Math.max(sampleSize / 64, 1);
        }
    }

    /**
     * The transformer blocks.
     *
     * @param headDim width of an attention head
     * @param depth number of blocks
     */
    public record Blocks(int heads, int headDim, int depth) {
        public Blocks {
            atLeast("heads", heads);
            atLeast("head width", headDim);
            atLeast("depth", depth);
            divides(4, heads * headDim, "a sine and a cosine of each side");
        }

        /** D */
        int width() {
            return heads * headDim;
        }
    }

    /**
     * The text that the blocks attend to.
     *
     * @param width width of a token's state, E
     */
    public record TextInput(int width, TextUse use) {
        public TextInput {
            atLeast("text width", width);
        }
    }

    /** Everything that decides the shapes. */
    public record Config(
            int inChannels, int outChannels, PatchGrid grid, Blocks blocks, TextInput text, Conditions conditions) {
        public Config {
            atLeast("input channels", inChannels);
            atLeast("output channels", outChannels);
            if (conditions == Conditions.STEP_AND_SHAPE) {
                divides(3, blocks.width(), "height, width and aspect ratio");
            }
        }

        /** D */
        int width() {
            return blocks.width();
        }
    }

    private static void atLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s %d is less than 1".formatted(name, value));
        }
    }

    private static void divides(int parts, int width, String what) {
        if (width % parts != 0) {
            throw new IllegalArgumentException("a width of %d does not split by %d: %s".formatted(width, parts, what));
        }
    }

    /** For the layers that PixArt initialises close to zero. */
    private static final Initializer SMALL = Initializer.normal(0.02);

    private static final double EPS = 1e-6;

    private final Config config;
    private final Patches posEmbed;
    private final NoiseStep adalnSingle;
    private final @Nullable TextProjection captionProjection;
    private final List<Block> blocks;
    private final Weight scaleShiftTable;
    private final Linear projOut;

    public PixArtTransformer2DModel(Config config) {
        super(config.inChannels(), config.outChannels(), config.text().width());
        this.config = config;
        int width = config.width();
        int pixels = config.grid().patch() * config.grid().patch();
        posEmbed = child(
                "pos_embed",
                new Patches(
                        config.inChannels(),
                        width,
                        config.grid().patch(),
                        Initializer.xavier((long) pixels * config.inChannels(), width)));
        adalnSingle = child("adaln_single", new NoiseStep(config));
        captionProjection = config.text().use() == TextUse.PROJECTED
                ? child("caption_projection", new TextProjection(config.text().width(), width))
                : null;
        blocks = children("transformer_blocks", config.blocks().depth(), i -> new Block(config));
        scaleShiftTable = weight("scale_shift_table", Initializer.normal(1 / Math.sqrt(width)), 2, width);
        projOut = child("proj_out", Linear.of(width, (long) pixels * config.outChannels(), Initializer.ZEROS));
    }

    public Config config() {
        return config;
    }

    @Override
    public String configuration() {
        return PixArtConfigFile.json(config);
    }

    @Override
    public PixArtTransformer2DModel onMeta() {
        return new PixArtTransformer2DModel(config);
    }

    @Override
    public NDArray forward(Pass pass, NDArray latent, float[] timesteps, Conditioning text) {
        Shape shape = latent.getShape();
        long rows = patches("height", shape.get(2));
        long columns = patches("width", shape.get(3));
        NDArray time = adalnSingle.embed(pass, latent, timesteps, text); // (B, D)
        NDArray modulation = adalnSingle.modulation(pass, time); // (B, 6, D)
        Context context = new Context(projected(pass, text.states()), text.bias()); // (B, T, D), or (B, T, E) as it is
        NDArray x = posEmbed.forward(pass, latent); // (B, S, D)
        x = x.add(SinePositions.of(latent.getManager(), config, rows, columns)); // (B, S, D)
        for (Block block : blocks) {
            x = block.forward(pass, x, modulation, context); // (B, S, D)
        }
        NDArray last = time.reshape(-1, 1, config.width()).add(pass.value(scaleShiftTable)); // (B, 2, D)
        x = modulated(pass, x, row(last, 0), row(last, 1)); // (B, S, D)
        return Patches.join(
                projOut.forward(pass, x), rows, columns, config.grid().patch()); // (B, C', H, W)
    }

    private long patches(String name, long size) {
        if (size % config.grid().patch() != 0) {
            throw new IllegalArgumentException("%s %d is not a multiple of patch %d"
                    .formatted(name, size, config.grid().patch()));
        }
        return size / config.grid().patch();
    }

    private NDArray projected(Pass pass, NDArray states) {
        return captionProjection == null ? states : captionProjection.forward(pass, states);
    }

    // ------------------------------------------------------------------ parts, in the order of use

    /** {@code AdaLayerNormSingle}: timestep and, if configured, size of each image, for all blocks at once. */
    private static final class NoiseStep extends Layer {
        private static final int DIM = 256; // of a sinusoidal embedding, I

        private final int width;
        private final TimeEmbedding step;
        private final @Nullable TimeEmbedding resolution;
        private final @Nullable TimeEmbedding aspectRatio;
        private final Linear linear;

        NoiseStep(Config config) {
            width = config.width();
            step = child("emb.timestep_embedder", new TimeEmbedding(DIM, width, Activation.SILU, SMALL));
            boolean shaped = config.conditions() == Conditions.STEP_AND_SHAPE;
            resolution = shaped ? child("emb.resolution_embedder", third()) : null;
            aspectRatio = shaped ? child("emb.aspect_ratio_embedder", third()) : null;
            linear = child("linear", Linear.of(width, 6L * width, SMALL));
        }

        private TimeEmbedding third() {
            return new TimeEmbedding(DIM, width / 3, Activation.SILU, SMALL);
        }

        /** (B, D) */
        NDArray embed(Pass pass, NDArray latent, float[] steps, Conditioning text) {
            NDArray time = step.forward(pass, SinusoidalEmbedding.of(latent.getManager(), steps, DIM)); // (B, D)
            if (resolution == null || aspectRatio == null) {
                return time;
            }
            AddedConditioning added = text.added();
            if (added == null) {
                throw new IllegalArgumentException(
                        "this network needs the height, width and aspect ratio of each image");
            }
            if (added.sizes().size() != steps.length) {
                throw new IllegalArgumentException("sizes of %d images for %d latents"
                        .formatted(added.sizes().size(), steps.length));
            }
            NDArray sides = SinusoidalEmbedding.of(latent.getManager(), added.resolutions(), DIM); // (2 B, I)
            NDArray ratios = SinusoidalEmbedding.of(latent.getManager(), added.aspectRatios(), DIM); // (B, I)
            NDArray both = resolution.forward(pass, sides).reshape(steps.length, -1); // (B, 2 D/3)
            return time.add(both.concat(aspectRatio.forward(pass, ratios), 1)); // (B, D)
        }

        /** (B, D) -> (B, 6, D) */
        NDArray modulation(Pass pass, NDArray time) {
            return linear.forward(pass, Torch.silu(time)).reshape(-1, 6, width);
        }
    }

    /** (B, T, E) -> (B, T, D) */
    private static final class TextProjection extends Layer {
        private final Linear first;
        private final Linear second;

        TextProjection(int textWidth, int width) {
            first = child("linear_1", Linear.of(textWidth, width, SMALL));
            second = child("linear_2", Linear.of(width, width, SMALL));
        }

        NDArray forward(Pass pass, NDArray states) {
            return second.forward(pass, Torch.geluTanh(first.forward(pass, states)));
        }
    }

    /** x (B, S, D) -> same */
    private static final class Block extends Layer {
        private final boolean projected; // a projected text needs gradients
        private final Weight scaleShiftTable;
        private final Attention attn1;
        private final Attention attn2;
        private final Linear up;
        private final Linear down;

        Block(Config config) {
            int width = config.width();
            projected = config.text().use() == TextUse.PROJECTED;
            scaleShiftTable = weight("scale_shift_table", Initializer.normal(1 / Math.sqrt(width)), 6, width);
            attn1 = child("attn1", selfAttention(config));
            attn2 = child("attn2", crossAttention(config));
            up = child("ff.net.0.proj", Linear.of(width, 4L * width, Initializer.xavier(width, 4L * width)));
            down = child("ff.net.2", Linear.of(4L * width, width, Initializer.xavier(4L * width, width)));
        }

        NDArray forward(Pass pass, NDArray tokens, NDArray modulation, Context text) {
            NDArray[] inputsOfBlock =
                    projected ? new NDArray[] {tokens, modulation, text.states()} : new NDArray[] {tokens, modulation};
            return pass.block(
                    inputs -> {
                        NDArray input = inputs[0]; // (B, S, D)
                        Context context = projected ? new Context(inputs[2], text.bias()) : text;
                        NDArray m = inputs[1].add(pass.value(scaleShiftTable)); // (B, 6, D)
                        NDArray n = modulated(pass, input, row(m, 0), row(m, 1)); // (B, S, D)
                        NDArray x = input.add(
                                attn1.forward(pass, n, new Context(n, null)).mul(row(m, 2))); // (B, S, D)
                        x = x.add(attn2.forward(pass, x, context)); // (B, S, D), without a norm before it
                        n = modulated(pass, x, row(m, 3), row(m, 4)); // (B, S, D)
                        n = down.forward(pass, Torch.geluTanh(up.forward(pass, n))); // (B, S, D)
                        return x.add(n.mul(row(m, 5))); // (B, S, D)
                    },
                    inputsOfBlock);
        }

        /** In PixArt's code queries, keys and values are one matrix, and are initialised as one. */
        private static Attention selfAttention(Config config) {
            long width = config.width();
            Initializer third = Initializer.xavier(width, 3 * width);
            return new Attention(
                    config.blocks().heads(),
                    Linear.of(width, width, third),
                    Linear.of(width, width, third),
                    Linear.of(width, width, third),
                    Linear.of(width, width, Initializer.xavier(width, width)));
        }

        /** In PixArt's code keys and values are one matrix. Initially adds zero. */
        private static Attention crossAttention(Config config) {
            long width = config.width();
            long contextWidth = config.text().use() == TextUse.PROJECTED
                    ? width
                    : config.text().width();
            Initializer half = Initializer.xavier(contextWidth, 2 * width);
            return new Attention(
                    config.blocks().heads(),
                    Linear.of(width, width, Initializer.xavier(width, width)),
                    Linear.of(contextWidth, width, half),
                    Linear.of(contextWidth, width, half),
                    Linear.of(width, width, Initializer.ZEROS));
        }
    }

    // ------------------------------------------------------------------ functions without weights

    /** x (B, S, D), shift and scale (B, 1, D) -> (B, S, D) */
    private static NDArray modulated(Pass pass, NDArray x, NDArray shift, NDArray scale) {
        return pass.normalize(x, EPS).mul(Torch.shift(scale, 1)).add(shift);
    }

    /** x (B, R, D) -> (B, 1, D) */
    private static NDArray row(NDArray x, int row) {
        return Torch.narrow(x, 1, row, 1);
    }
}
