package dev.latentstream.trainer;

import dev.latentstream.models.UNet2DConditionModel.Config;
import dev.latentstream.models.UNet2DConditionModel.Level;
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
 */
public record NetworkSettings(
        List<Integer> channels, List<Integer> depths, int residualBlocks, int middleDepth, int headWidth, int groups) {
    /** The defaults: what {@link Config#small} has. */
    public NetworkSettings() {
        this(List.of(32, 64, 128), List.of(0, 1, 1), 1, 1, 32, 16);
    }

    public NetworkSettings {
        channels = List.copyOf(channels);
        depths = List.copyOf(depths);
        if (channels.size() != depths.size()) {
            throw new IllegalArgumentException(
                    "channels name %d levels and depths %d; they must agree".formatted(channels.size(), depths.size()));
        }
        Checks.atLeast("residual-blocks", residualBlocks, 1);
        config(channels, depths, residualBlocks, middleDepth, headWidth, groups, 1, 1); // checks the rest
    }

    Config config(int latentChannels, int textWidth) {
        return config(channels, depths, residualBlocks, middleDepth, headWidth, groups, latentChannels, textWidth);
    }

    private static Config config(
            List<Integer> channels,
            List<Integer> depths,
            int residualBlocks,
            int middleDepth,
            int headWidth,
            int groups,
            int latentChannels,
            int textWidth) {
        List<Level> levels = IntStream.range(0, channels.size())
                .mapToObj(i -> new Level(channels.get(i), depths.get(i)))
                .toList();
        return new Config(
                latentChannels, latentChannels, levels, residualBlocks, middleDepth, headWidth, textWidth, groups);
    }
}
