package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.UNet2DConditionModel.AddedEmbedding;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextTime;
import java.math.BigInteger;
import java.util.List;

/** The small version of a UNet: its levels in proportion, 32 channels at the finest, transformers of one or two blocks. */
final class TinyUNet {
    private static final int CHANNELS = 32;
    private static final int DEEP = 5;
    private static final int HEAD_DIM = 32;
    private static final int GROUPS = 16;
    private static final int SIZE_DIM = 32;

    private TinyUNet() {}

    static Config scaled(Config config, ModelSize scale, BackboneShape fit) {
        List<Resolution> levels = resolutions(config, scale);
        int least = 1 << (levels.size() - 1); // it is halved before each further level
        if (fit.latentSize() < least) {
            throw new IllegalArgumentException(
                    "latents of %d x %d for a network of %d levels; they are at least %d x %d"
                            .formatted(fit.latentSize(), fit.latentSize(), levels.size(), least, least));
        }
        return new Config(
                fit.latentChannels(),
                fit.latentChannels(),
                levels,
                blocks(config.blocks(), scale),
                crossAttention(config.crossAttention(), scale, fit.textWidth()),
                addedEmbedding(config.addedEmbedding(), scale, fit));
    }

    private static List<Resolution> resolutions(Config config, ModelSize scale) {
        return switch (scale) {
            case FULL -> config.resolutions();
            case TINY -> {
                int finest = config.resolutions().get(0).channels();
                yield config.resolutions().stream()
                        .map(level ->
                                new Resolution(CHANNELS * level.channels() / finest, depth(level.transformerLayers())))
                        .toList();
            }
        };
    }

    private static Blocks blocks(Blocks full, ModelSize scale) {
        return switch (scale) {
            case FULL -> full;
            case TINY -> new Blocks(full.layersPerBlock(), GROUPS, full.family());
        };
    }

    private static CrossAttention crossAttention(CrossAttention full, ModelSize scale, int textWidth) {
        return switch (scale) {
            case FULL -> new CrossAttention(full.headDim(), textWidth, full.midTransformerLayers());
            case TINY -> new CrossAttention(HEAD_DIM, textWidth, depth(full.midTransformerLayers()));
        };
    }

    private static AddedEmbedding addedEmbedding(AddedEmbedding full, ModelSize scale, BackboneShape fit) {
        if (full instanceof PooledText pooled) {
            return new PooledText(commonDivisor(fit.textWidth(), pooled.heads()));
        }
        return full instanceof TextTime sized
                ? new TextTime(scale == ModelSize.FULL ? sized.dim() : SIZE_DIM, fit.pooledWidth())
                : full;
    }

    /** Two blocks for a deep transformer, one for another, none for none. */
    private static int depth(int full) {
        return full > DEEP ? 2 : Math.min(full, 1);
    }

    /** The heads asked for, where the width splits by them; else as many as divide both. */
    private static int commonDivisor(int width, int heads) {
        return BigInteger.valueOf(width).gcd(BigInteger.valueOf(heads)).intValueExact();
    }
}
