package dev.latentstream.trainer;

import dev.latentstream.models.UNet2DConditionModel.Activation;
import dev.latentstream.models.UNet2DConditionModel.Addition;
import dev.latentstream.models.UNet2DConditionModel.Blocks;
import dev.latentstream.models.UNet2DConditionModel.Config;
import dev.latentstream.models.UNet2DConditionModel.Level;
import dev.latentstream.models.UNet2DConditionModel.NoAddition;
import dev.latentstream.models.UNet2DConditionModel.PooledText;
import dev.latentstream.models.UNet2DConditionModel.Style;
import dev.latentstream.models.UNet2DConditionModel.TimeUse;
import dev.latentstream.runtime.Checks;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The UNet of a new run; its latent channels and text width come from the data and the text encoder.
 *
 * @param channels of each level, finest first
 * @param depths transformer blocks of each level; 0 for a level without attention
 * @param residualBlocks residual blocks a level
 * @param middleDepth transformer blocks of the middle
 * @param headWidth width of an attention head
 * @param groups groups of each group normalisation
 * @param poolingHeads heads of the attention that makes one vector of the text, which is added to the time's; 0 for no such vector
 * @param timeUse how a residual block is told of the time: {@code add}, or {@code scale-and-shift}
 */
public record NetworkSettings(
        List<Integer> channels,
        List<Integer> depths,
        int residualBlocks,
        int middleDepth,
        int headWidth,
        int groups,
        int poolingHeads,
        TimeUse timeUse) {
    /** The defaults: what {@link Config#small} has. */
    public NetworkSettings() {
        this(List.of(32, 64, 128), List.of(0, 1, 1), 1, 1, 32, 16, 6, TimeUse.SCALE_AND_SHIFT);
    }

    public NetworkSettings {
        channels = List.copyOf(channels);
        depths = List.copyOf(depths);
        if (channels.size() != depths.size()) {
            throw new IllegalArgumentException(
                    "channels name %d levels and depths %d; they must agree".formatted(channels.size(), depths.size()));
        }
        Checks.atLeast("residual-blocks", residualBlocks, 1);
        Checks.between("pooling-heads", poolingHeads, 0, 1024);
        shape(
                levels(channels, depths),
                residualBlocks,
                middleDepth,
                headWidth,
                groups,
                timeUse,
                poolingHeads); // checks the rest
    }

    Config config(int latentChannels, int textWidth) {
        return shape(levels(channels, depths), residualBlocks, middleDepth, headWidth, groups, timeUse, poolingHeads)
                .on(latentChannels, textWidth);
    }

    private static List<Level> levels(List<Integer> channels, List<Integer> depths) {
        return IntStream.range(0, channels.size())
                .mapToObj(i -> new Level(channels.get(i), depths.get(i)))
                .toList();
    }

    /** Of one latent channel, and the narrowest text. */
    private static Config shape(
            List<Level> levels,
            int residualBlocks,
            int middleDepth,
            int headWidth,
            int groups,
            TimeUse timeUse,
            int poolingHeads) {
        Style style = new Style(Blocks.LATENT_DIFFUSION, Activation.SILU, timeUse);
        Addition addition = poolingHeads == 0 ? new NoAddition() : new PooledText(poolingHeads);
        return new Config(
                1,
                1,
                levels,
                residualBlocks,
                middleDepth,
                headWidth,
                Math.max(1, poolingHeads),
                groups,
                style,
                addition);
    }
}
