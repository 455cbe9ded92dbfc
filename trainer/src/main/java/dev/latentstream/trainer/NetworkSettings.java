package dev.latentstream.trainer;

import dev.latentstream.models.backbone.UNet2DConditionModel.BlockFamily;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.models.backbone.UNetPresets;
import dev.latentstream.runtime.settings.Checks;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The UNet of a new run; its latent channels and cross-attention width come from the data and the text encoder.
 *
 * @param channels channels of each level, finest first
 * @param depths transformer blocks of each level; 0 for a level without attention
 * @param residualBlocks residual blocks per level
 * @param middleDepth transformer blocks of the middle block
 * @param headWidth width of an attention head
 * @param groups groups of each group normalisation
 * @param wholeText whether the pooled text is added to the time embedding, besides cross-attention to its tokens
 * @param timeUse conditioning of a residual block on the time embedding: {@code add}, or {@code scale-and-shift}
 */
public record NetworkSettings(
        List<Integer> channels,
        List<Integer> depths,
        int residualBlocks,
        int middleDepth,
        int headWidth,
        int groups,
        boolean wholeText,
        TimeScaleShift timeUse) {
    /** The defaults: those of {@link UNetPresets#small}. */
    public NetworkSettings() {
        this(List.of(32, 64, 128), List.of(0, 1, 1), 1, 1, 32, 16, true, TimeScaleShift.SCALE_AND_SHIFT);
    }

    public NetworkSettings {
        channels = List.copyOf(channels);
        depths = List.copyOf(depths);
        if (channels.size() != depths.size()) {
            throw new IllegalArgumentException("channels has %d levels and depths has %d; they must be equal"
                    .formatted(channels.size(), depths.size()));
        }
        Checks.atLeast("residual-blocks", residualBlocks, 1);
        Blocks blocks = new Blocks(residualBlocks, groups, BlockFamily.LATENT_DIFFUSION);
        CrossAttention attention = new CrossAttention(headWidth, 1, middleDepth);
        new Config(1, 1, levels(channels, depths), blocks, attention, new None()); // validates the rest
    }

    Config config(int latentChannels, int textWidth) {
        return new Config(
                latentChannels,
                latentChannels,
                levels(channels, depths),
                new Blocks(residualBlocks, groups, BlockFamily.latentDiffusion(timeUse)),
                new CrossAttention(headWidth, textWidth, middleDepth),
                wholeText ? PooledText.of(textWidth) : new None());
    }

    private static List<Resolution> levels(List<Integer> channels, List<Integer> depths) {
        return IntStream.range(0, channels.size())
                .mapToObj(i -> new Resolution(channels.get(i), depths.get(i)))
                .toList();
    }
}
