package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.UNet2DConditionModel.Addition;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.Level;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextAndSizes;
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

    static Config scaled(Config config, Scale scale, Fit fit) {
        return switch (scale) {
            case FULL ->
                fitted(
                        config,
                        fit,
                        config.levels(),
                        config.middleDepth(),
                        config.headWidth(),
                        config.groups(),
                        config.addition());
            case TINY -> {
                int finest = config.levels().get(0).channels();
                List<Level> levels = config.levels().stream()
                        .map(level -> new Level(CHANNELS * level.channels() / finest, depth(level.depth())))
                        .toList();
                int middle = depth(config.middleDepth());
                yield fitted(config, fit, levels, middle, HEAD_WIDTH, GROUPS, tiny(config.addition()));
            }
        };
    }

    private static Config fitted(
            Config config, Fit fit, List<Level> levels, int middleDepth, int headWidth, int groups, Addition addition) {
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
                config.residualBlocks(),
                middleDepth,
                headWidth,
                fit.textWidth(),
                groups,
                config.style(),
                fitted(addition, fit));
    }

    /** Two blocks for a deep transformer, one for another, none for none. */
    private static int depth(int full) {
        return full > DEEP ? 2 : Math.min(full, 1);
    }

    private static Addition tiny(Addition addition) {
        return addition instanceof TextAndSizes whole ? new TextAndSizes(WAVES, whole.textWidth()) : addition;
    }

    private static Addition fitted(Addition addition, Fit fit) {
        if (addition instanceof PooledText pooled) {
            return new PooledText(dividing(fit.textWidth(), pooled.heads()));
        }
        return addition instanceof TextAndSizes whole ? new TextAndSizes(whole.waves(), fit.pooledWidth()) : addition;
    }

    /** As many heads as are asked for, where the width splits by them; else the most that divide both. */
    private static int dividing(int width, int heads) {
        return BigInteger.valueOf(width).gcd(BigInteger.valueOf(heads)).intValueExact();
    }
}
