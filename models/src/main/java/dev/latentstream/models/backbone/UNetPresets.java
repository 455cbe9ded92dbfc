package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel.AddedEmbedding;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockFamily;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockType;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextTime;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.MacCounter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The named UNets: all of Table 1 of arXiv 2404.02883, and SDXL-base as published.
 *
 * <p>The paper's are conditioned on 77 tokens of OpenCLIP-H, of width 1024, only; {@code sd2} is the published Stable Diffusion 2.
 */
public final class UNetPresets {
    /** Name of the shipped backbone. */
    public static final String SHIPPED = "scenes-unet";

    private static final int TOKENS = 77;
    private static final SizeConditioning SIZE = SizeConditioning.whole(256, 256);

    private UNetPresets() {}

    public static List<Preset> all() {
        List<Preset> all = new ArrayList<>();
        all.add(preset("sd2", sd2(320)));
        all.add(preset("sd2-c512", sd2(512)));
        all.add(preset("if-xl-c512", deepFloydIf(512)));
        all.add(preset("if-xl", deepFloydIf(704)));
        all.add(preset("sdxl-c128", sdxl(128, 2, 10)));
        all.add(preset("sdxl-c192", sdxl(192, 2, 10)));
        all.add(preset("sdxl", sdxl(320, 2, 10)));
        all.add(preset("sdxl-c384", sdxl(384, 2, 10)));
        for (int depth : new int[] {2, 4, 12, 14}) {
            all.add(preset("sdxl-td" + depth, sdxl(320, 2, depth)));
        }
        for (int depth : new int[] {4, 8, 12}) {
            all.add(preset("sdxl-td4_" + depth, sdxl(320, 4, depth)));
        }
        all.add(preset("sdxl-c384-td4_12", sdxl(384, 4, 12)));
        all.add(preset("sdxl-base", sdxlBase()));
        return List.copyOf(all);
    }

    /** The shipped backbone. */
    public static Preset shipped() {
        return preset(SHIPPED, shippedConfig());
    }

    /**
     * The network of the shipped backbone: 3.9 million parameters, for latents of 4 channels and text states of width 384. It has twice the
     * channels of {@link #small} at the finest level, and attention at the coarsest alone: a step takes less time and teaches more.
     */
    public static Config shippedConfig() {
        return small(List.of(new Resolution(64, 0), new Resolution(64, 0), new Resolution(96, 1)), 4, 384);
    }

    /**
     * An SDXL small enough to learn on a CPU in minutes. Every residual block is also conditioned on the pooled text, by scale and
     * shift: a few narrow attention layers alone are slow to learn the meaning of a word.
     */
    public static Config small(int latentChannels, int textWidth) {
        return small(
                List.of(new Resolution(32, 0), new Resolution(64, 1), new Resolution(128, 1)),
                latentChannels,
                textWidth);
    }

    private static Config small(List<Resolution> levels, int latentChannels, int textWidth) {
        BlockFamily family =
                new BlockFamily(BlockType.LATENT_DIFFUSION, Activation.SILU, TimeScaleShift.SCALE_AND_SHIFT);
        return new Config(
                latentChannels,
                latentChannels,
                levels,
                new Blocks(1, 16, family),
                new CrossAttention(32, textWidth, 1),
                PooledText.of(textWidth));
    }

    /** Attention at the three finest of four levels. */
    static Config sd2(int channels) {
        return new Config(
                4,
                4,
                fourLevels(channels, 4),
                new Blocks(2, 32, BlockFamily.LATENT_DIFFUSION),
                new CrossAttention(64, 1024, 1),
                new None());
    }

    /** No attention at the finest of three levels. */
    public static Config sdxl(int channels, int depth, int lastDepth) {
        return sdxl(channels, depth, lastDepth, 1024, new None());
    }

    /** As published: conditioned on the states of two text encoders, the pooled text of the larger, and sizes. */
    static Config sdxlBase() {
        return sdxl(320, 2, 10, 2048, new TextTime(256, 1280));
    }

    /** The layout of DeepFloyd IF's first stage, for latents. */
    static Config deepFloydIf(int channels) {
        return new Config(
                4,
                4,
                fourLevels(channels, 3),
                new Blocks(3, 32, BlockFamily.DEEPFLOYD_IF),
                new CrossAttention(64, 1024, 1),
                new PooledText(64));
    }

    private static Config sdxl(int channels, int depth, int lastDepth, int textWidth, AddedEmbedding added) {
        List<Resolution> levels = List.of(
                new Resolution(channels, 0),
                new Resolution(2 * channels, depth),
                new Resolution(4 * channels, lastDepth));
        Blocks blocks = new Blocks(2, 32, BlockFamily.LATENT_DIFFUSION);
        return new Config(4, 4, levels, blocks, new CrossAttention(64, textWidth, lastDepth), added);
    }

    private static List<Resolution> fourLevels(int channels, int third) {
        return List.of(
                new Resolution(channels, 1),
                new Resolution(2 * channels, 1),
                new Resolution(third * channels, 1),
                new Resolution(4 * channels, 0));
    }

    private static Preset preset(String name, Config config) {
        return Preset.of(
                name,
                () -> new UNet2DConditionModel(config),
                (network, pass) -> {
                    Conditioning text = new Conditioning(
                            pass.tensor(1, TOKENS, config.crossAttention().dim()), null, added(config, pass));
                    return network.forward(pass, pass.tensor(1, config.inChannels(), 32, 32), new float[1], text);
                },
                (scale, fit) -> new UNet2DConditionModel(TinyUNet.scaled(config, scale, fit)));
    }

    private static @Nullable AddedConditioning added(Config config, MacCounter pass) {
        return config.addedEmbedding() instanceof TextTime whole
                ? new AddedConditioning(pass.tensor(1, whole.pooledDim()), List.of(SIZE))
                : null;
    }
}
