package dev.latentstream.models.backbone;

import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.backbone.Backbone.Text;
import dev.latentstream.models.backbone.UNet2DConditionModel.Activation;
import dev.latentstream.models.backbone.UNet2DConditionModel.Addition;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.Level;
import dev.latentstream.models.backbone.UNet2DConditionModel.NoAddition;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.Style;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextAndSizes;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeUse;
import dev.latentstream.models.nn.MacCounter;
import dev.latentstream.models.pretrain.BackbonePretraining;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The UNets that have a name: all of Table 1 of arXiv 2404.02883, and SDXL-base as it was published.
 *
 * <p>The paper's see 77 tokens of OpenCLIP-H, 1024 wide, and nothing else; {@code sd2} is the published Stable Diffusion 2.
 */
public final class UNetPresets {
    private static final int TOKENS = 77;
    private static final PictureSizes PICTURE = PictureSizes.whole(256, 256);

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

    /** The network of the shipped backbone. */
    public static Preset shipped() {
        return preset(ShippedModels.BACKBONE, BackbonePretraining.SHIPPED.network());
    }

    /**
     * An SDXL small enough to learn on a processor in minutes. Every block is also told of the whole text, and by a scale
     * beside a shift: a few narrow attentions alone are slow to learn what a word looks like.
     */
    public static Config small(int latentChannels, int textWidth) {
        List<Level> levels = List.of(new Level(32, 0), new Level(64, 1), new Level(128, 1));
        Style style = new Style(Blocks.LATENT_DIFFUSION, Activation.SILU, TimeUse.SCALE_AND_SHIFT);
        Addition whole = PooledText.of(textWidth);
        return new Config(latentChannels, latentChannels, levels, 1, 1, 32, textWidth, 16, style, whole);
    }

    /** Attention at the three finest of four levels. */
    static Config sd2(int channels) {
        return new Config(4, 4, fourLevels(channels, 4), 2, 1, 64, 1024, 32);
    }

    /** No attention at the finest of three levels. */
    public static Config sdxl(int channels, int depth, int lastDepth) {
        return sdxl(channels, depth, lastDepth, 1024, new NoAddition());
    }

    /** As published: told of two text encoders' states, the pooled text of the larger, and sizes. */
    static Config sdxlBase() {
        return sdxl(320, 2, 10, 2048, new TextAndSizes(256, 1280));
    }

    /** The layout of DeepFloyd IF's first stage, for latents. */
    static Config deepFloydIf(int channels) {
        return new Config(4, 4, fourLevels(channels, 3), 3, 1, 64, 1024, 32, Style.DEEPFLOYD_IF, new PooledText(64));
    }

    private static Config sdxl(int channels, int depth, int lastDepth, int textWidth, Addition addition) {
        List<Level> levels =
                List.of(new Level(channels, 0), new Level(2 * channels, depth), new Level(4 * channels, lastDepth));
        return new Config(4, 4, levels, 2, lastDepth, 64, textWidth, 32, Style.LATENT_DIFFUSION, addition);
    }

    private static List<Level> fourLevels(int channels, int third) {
        return List.of(
                new Level(channels, 1),
                new Level(2 * channels, 1),
                new Level(third * channels, 1),
                new Level(4 * channels, 0));
    }

    private static Preset preset(String name, Config config) {
        return Preset.of(
                name,
                () -> new UNet2DConditionModel(config),
                (network, pass) -> {
                    Text text = new Text(pass.tensor(1, TOKENS, config.textWidth()), null, sized(config, pass));
                    return network.forward(pass, pass.tensor(1, config.inChannels(), 32, 32), new float[1], text);
                },
                (scale, fit) -> new UNet2DConditionModel(TinyUNet.scaled(config, scale, fit)));
    }

    private static @Nullable SizedText sized(Config config, MacCounter pass) {
        return config.addition() instanceof TextAndSizes whole
                ? new SizedText(pass.tensor(1, whole.textWidth()), List.of(PICTURE))
                : null;
    }
}
