package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.UNet2DConditionModel.AddedEmbedding;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextTime;
import java.math.BigInteger;
import java.util.List;

/** The small version of a UNet: its levels in proportion, 32 channels at the finest, transformers of one or two blocks. */
final class TinyUNet {
    private static final int CHANNELS = 32;
    private static final int DEEP = 5;
    private static final int HEAD_WIDTH = 32;
    private static final int GROUPS = 16;
    private static final int WAVES = 32;

    private TinyUNet() {}

    static Config scaled(Config config, ModelSize scale, BackboneShape fit) {
        return switch (scale) {
            case FULL ->
                fitted(
                        config,
                        fit,
                        config.resolutions(),
                        config.midTransformerLayers(),
                        config.headDim(),
                        config.normGroups(),
                        config.addedEmbedding());
            case TINY -> {
                int finest = config.resolutions().get(0).channels();
                List<Resolution> levels = config.resolutions().stream()
                        .map(level ->
                                new Resolution(CHANNELS * level.channels() / finest, depth(level.transformerLayers())))
                        .toList();
                int middle = depth(config.midTransformerLayers());
                yield fitted(config, fit, levels, middle, HEAD_WIDTH, GROUPS, tiny(config.addedEmbedding()));
            }
        };
    }

    private static Config fitted(
            Config config,
            BackboneShape fit,
            List<Resolution> levels,
            int middleDepth,
            int headWidth,
            int groups,
            AddedEmbedding addition) {
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
                config.layersPerBlock(),
                middleDepth,
                headWidth,
                fit.textWidth(),
                groups,
                config.family(),
                fitted(addition, fit));
    }

    /** Two blocks for a deep transformer, one for another, none for none. */
    private static int depth(int full) {
        return full > DEEP ? 2 : Math.min(full, 1);
    }

    private static AddedEmbedding tiny(AddedEmbedding addition) {
        return addition instanceof TextTime whole ? new TextTime(WAVES, whole.pooledDim()) : addition;
    }

    private static AddedEmbedding fitted(AddedEmbedding addition, BackboneShape fit) {
        if (addition instanceof PooledText pooled) {
            return new PooledText(dividing(fit.textWidth(), pooled.heads()));
        }
        return addition instanceof TextTime whole ? new TextTime(whole.dim(), fit.pooledWidth()) : addition;
    }

    /** As many heads as are asked for, where the width splits by them; else the most that divide both. */
    private static int dividing(int width, int heads) {
        return BigInteger.valueOf(width).gcd(BigInteger.valueOf(heads)).intValueExact();
    }
}
