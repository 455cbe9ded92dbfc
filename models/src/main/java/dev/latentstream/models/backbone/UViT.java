package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.SinusoidalEmbedding;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the noise in a latent, conditioned on a text: U-ViT (arXiv 2209.12152), in which the timestep, the text and the patches of
 * the latent are tokens of one sequence, with the layout and the tensor names of its authors' text-to-image network.
 *
 * <p>Shapes: B images, C latent channels, H the latent's height and width, P pixels a side of a patch, S = (H/P)^2 patches, T
 * tokens of text, E their width, D hidden width, N heads. Padding tokens of a text with a mask are not attended to; the authors'
 * network attends to all.
 */
public final class UViT extends Backbone {
    /**
     * Everything that decides the shapes.
     *
     * @param imageSize height and width of the latents
     * @param patch side of a patch
     * @param width hidden width
     * @param depth blocks, without the middle one if it is even: skip connections run from the first half to the last
     * @param textWidth width of a token's state
     * @param textTokens tokens of every text
     */
    public record Config(
            int channels, int imageSize, int patch, int width, int depth, int heads, int textWidth, int textTokens) {
        public Config {
            atLeastOne("channels", channels);
            atLeastOne("patch", patch);
            atLeastOne("depth", depth);
            atLeastOne("text width", textWidth);
            atLeastOne("text tokens", textTokens);
            if (imageSize < patch || imageSize % patch != 0) {
                throw new IllegalArgumentException(
                        "image size %d is not a multiple of patch %d".formatted(imageSize, patch));
            }
            if (heads < 1 || width < 1 || width % heads != 0) {
                throw new IllegalArgumentException("a width of %d does not split by %d heads".formatted(width, heads));
            }
            if (width % 2 != 0) {
                throw new IllegalArgumentException(
                        "width %d is odd; the timestep is embedded in pairs of sine and cosine".formatted(width));
            }
        }

        /** Patches in a row, and in a column. */
        private int side() {
            return imageSize / patch;
        }

        /** The tokens before the patches: the timestep and the text. */
        private int extras() {
            return 1 + textTokens;
        }

        private static void atLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException("%s %d is less than 1".formatted(name, value));
            }
        }
    }

    /** Initialises every matrix. */
    private static final Initializer SMALL = Initializer.normal(0.02);

    private static final double EPS = 1e-5;

    private final Config config;
    private final Patches patchEmbed;
    private final Linear contextEmbed;
    private final Weight posEmbed;
    private final List<Block> inBlocks;
    private final Block midBlock;
    private final List<Block> outBlocks;
    private final LayerNorm norm;
    private final Linear decoderPred;
    private final Conv finalLayer;

    public UViT(Config config) {
        super(config.channels(), config.channels(), config.textWidth());
        this.config = config;
        int width = config.width();
        int pixels = config.patch() * config.patch() * config.channels();
        int half = config.depth() / 2;
        patchEmbed =
                child("patch_embed", new Patches(config.channels(), width, config.patch(), Initializer.fanIn(pixels)));
        contextEmbed = child("context_embed", Linear.of(config.textWidth(), width, SMALL));
        long tokens = config.extras() + (long) config.side() * config.side();
        posEmbed = weight("pos_embed", SMALL, 1, tokens, width);
        inBlocks = children("in_blocks", half, i -> new Block(config));
        midBlock = child("mid_block", new Block(config));
        outBlocks = children("out_blocks", half, i -> Block.withSkip(config));
        norm = child("norm", new LayerNorm(width, EPS));
        decoderPred = child("decoder_pred", Linear.of(width, pixels, SMALL));
        finalLayer = child("final_layer", Conv.of(config.channels(), config.channels(), 3));
    }

    public Config config() {
        return config;
    }

    @Override
    public String configuration() {
        return UViTConfigFile.json(config);
    }

    @Override
    public UViT onMeta() {
        return new UViT(config);
    }

    @Override
    public NDArray forward(Pass pass, NDArray latent, float[] timesteps, Conditioning text) {
        check(latent.getShape(), text.states().getShape());
        NDArray x = Torch.scoped(() -> tokens(pass, latent, timesteps, text)); // (B, 1 + T + S, D)
        NDArray bias = bias(text.bias()); // (B, 1, 1, 1 + T + S)
        Deque<NDArray> skips = new ArrayDeque<>();
        for (Block block : inBlocks) {
            x = block.forward(pass, x, bias); // (B, 1 + T + S, D)
            skips.push(x);
        }
        x = midBlock.forward(pass, x, bias); // (B, 1 + T + S, D)
        for (Block block : outBlocks) {
            x = block.forward(pass, x.concat(skips.pop(), 2), bias); // (B, 1 + T + S, D)
        }
        x = decoderPred.forward(pass, norm.forward(pass, x)); // (B, 1 + T + S, P P C)
        int side = config.side();
        x = Torch.narrow(x, 1, config.extras(), (long) side * side); // (B, S, P P C)
        return finalLayer.forward(pass, Patches.join(x, side, side, config.patch())); // (B, C, H, H)
    }

    private void check(Shape latent, Shape states) {
        int size = config.imageSize();
        if (latent.get(2) != size || latent.get(3) != size) {
            throw new IllegalArgumentException("a latent of %d x %d; this network has positions for %d x %d"
                    .formatted(latent.get(2), latent.get(3), size, size));
        }
        if (states.get(1) != config.textTokens()) {
            throw new IllegalArgumentException("a text of %d tokens; this network has positions for %d"
                    .formatted(states.get(1), config.textTokens()));
        }
    }

    /** (B, 1 + T + S, D) */
    private NDArray tokens(Pass pass, NDArray latent, float[] steps, Conditioning text) {
        NDArray patches = patchEmbed.forward(pass, latent); // (B, S, D)
        NDArray context = contextEmbed.forward(pass, text.states()); // (B, T, D)
        NDArray time = SinusoidalEmbedding.of(latent.getManager(), steps, config.width()); // (B, D)
        return time.reshape(steps.length, 1, config.width())
                .concat(context, 1)
                .concat(patches, 1)
                .add(pass.value(posEmbed)); // (B, 1 + T + S, D)
    }

    /** (B, 1, 1, T) -> (B, 1, 1, 1 + T + S): neither the timestep nor a patch is masked. */
    private @Nullable NDArray bias(@Nullable NDArray text) {
        return text == null ? null : Torch.pad(text, 1, (long) config.side() * config.side(), 0, 0);
    }

    // ------------------------------------------------------------------ parts, in the order of use

    /** x (B, L, D), or (B, L, 2 D) with a skip concatenated -> (B, L, D) */
    private static final class Block extends Layer {
        private final @Nullable Linear skipLinear;
        private final LayerNorm norm1;
        private final SelfAttention attn;
        private final LayerNorm norm2;
        private final Linear up;
        private final Linear down;

        Block(Config config) {
            this(config, null);
        }

        private Block(Config config, @Nullable Linear skip) {
            int width = config.width();
            norm1 = child("norm1", new LayerNorm(width, EPS));
            attn = child("attn", new SelfAttention(width, config.heads()));
            norm2 = child("norm2", new LayerNorm(width, EPS));
            up = child("mlp.fc1", Linear.of(width, 4L * width, SMALL));
            down = child("mlp.fc2", Linear.of(4L * width, width, SMALL));
            skipLinear = skip == null ? null : child("skip_linear", skip);
        }

        static Block withSkip(Config config) {
            return new Block(config, Linear.of(2L * config.width(), config.width(), SMALL));
        }

        NDArray forward(Pass pass, NDArray input, @Nullable NDArray bias) {
            return pass.block(
                    inputs -> {
                        NDArray x = skipLinear == null ? inputs[0] : skipLinear.forward(pass, inputs[0]); // (B, L, D)
                        x = x.add(attn.forward(pass, norm1.forward(pass, x), bias)); // (B, L, D)
                        NDArray h = Torch.gelu(up.forward(pass, norm2.forward(pass, x))); // (B, L, 4 D)
                        return x.add(down.forward(pass, h)); // (B, L, D)
                    },
                    input);
        }
    }

    /** x (B, L, D) -> same */
    private static final class SelfAttention extends Layer {
        private final int heads;
        private final int width;
        private final Linear qkv;
        private final Linear proj;

        SelfAttention(int width, int heads) {
            this.heads = heads;
            this.width = width;
            qkv = child("qkv", Linear.withoutBias(width, 3L * width, SMALL));
            proj = child("proj", Linear.of(width, width, SMALL));
        }

        NDArray forward(Pass pass, NDArray x, @Nullable NDArray bias) {
            NDArray all = qkv.forward(pass, x); // (B, L, 3 D)
            NDArray q = third(all, 0); // (B, N, L, D/N)
            NDArray k = third(all, 1); // (B, N, L, D/N)
            NDArray v = third(all, 2); // (B, N, L, D/N)
            NDArray y = bias == null ? Torch.attention(q, k, v) : Torch.attention(q, k, v, bias);
            return proj.forward(pass, Heads.join(y)); // (B, L, D)
        }

        private NDArray third(NDArray all, int number) {
            return Heads.split(Torch.narrow(all, 2, (long) number * width, width), heads);
        }
    }
}
