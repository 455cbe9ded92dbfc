package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Blocks;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Conditions;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Config;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.PatchGrid;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextInput;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextUse;
import java.util.List;

/**
 * The transformers of Table 2 of arXiv 2404.02883: PixArt-alpha as published for 256 pixels, conditioned on T5, and those conditioned on
 * OpenCLIP-H, of width 1024. All predict the variance beside the noise.
 *
 * <p>MACs are counted with 77 tokens, which gives the published one the 139 GMACs of the table; with the 120 tokens that PixArt uses
 * with T5 it takes 143.
 */
final class PixArtPresets {
    private static final int TOKENS = 77;

    private PixArtPresets() {}

    static List<Preset> all() {
        return List.of(
                preset("pixart-xl", published()),
                preset("pixart-h1152-d28", config(1152, 28, 1024, TextUse.PROJECTED)),
                preset("pixart-h1536-d28", config(1536, 28, 1024, TextUse.PROJECTED)),
                preset("pixart-h1024-d28", config(1024, 28, 1024, TextUse.AS_IT_IS)),
                preset("pixart-h1024-d56", config(1024, 56, 1024, TextUse.AS_IT_IS)));
    }

    static Config published() {
        return config(1152, 28, 4096, TextUse.PROJECTED);
    }

    private static Config config(int width, int depth, int textWidth, TextUse textUse) {
        return new Config(
                4,
                8,
                new PatchGrid(32, 2, 1),
                new Blocks(16, width / 16, depth),
                new TextInput(textWidth, textUse),
                Conditions.STEP);
    }

    private static Preset preset(String name, Config config) {
        return Preset.of(
                name,
                () -> new PixArtTransformer2DModel(config),
                (network, pass) -> {
                    Conditioning text = new Conditioning(
                            pass.tensor(1, TOKENS, config.text().width()), null);
                    return network.forward(pass, pass.tensor(1, 4, 32, 32), new float[1], text);
                },
                (scale, fit) -> new PixArtTransformer2DModel(scaled(config, scale, fit)));
    }

    private static Config scaled(Config config, ModelSize scale, BackboneShape fit) {
        return new Config(
                fit.latentChannels(),
                fit.latentChannels() * config.outChannels() / config.inChannels(),
                PatchGrid.of(fit.latentSize(), config.grid().patch()),
                scale == ModelSize.FULL ? config.blocks() : tiny(config.blocks()),
                new TextInput(fit.textWidth(), config.text().use()),
                config.conditions());
    }

    private static Blocks tiny(Blocks full) {
        int width = TinyTransformer.width(full.width());
        return new Blocks(TinyTransformer.HEADS, width / TinyTransformer.HEADS, TinyTransformer.depth(full.depth()));
    }
}
