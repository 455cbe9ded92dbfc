package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.UViT.Config;
import java.util.List;

/**
 * U-ViTs by width, depth and heads, all for 77 tokens of OpenCLIP-H, of width 1024, as the UNets are.
 *
 * <p>{@code h512} are the two text-to-image models of arXiv 2209.12152 (S and S deep), the next three have the sizes of its
 * class-conditional models (M, L, H), and {@code h2048} is the one of 2.3 billion parameters of arXiv 2412.12391.
 */
final class UViTPresets {
    private UViTPresets() {}

    static List<Preset> all() {
        return List.of(
                preset(512, 12, 8),
                preset(512, 16, 8),
                preset(768, 16, 12),
                preset(1024, 20, 16),
                preset(1152, 28, 16),
                preset(2048, 42, 16));
    }

    private static Preset preset(int width, int depth, int heads) {
        Config config = new Config(4, 32, 2, width, depth, heads, 1024, 77);
        return Preset.of(
                "uvit-h%d-d%d-n%d".formatted(width, depth, heads),
                () -> new UViT(config),
                (network, pass) -> {
                    Conditioning text = new Conditioning(pass.tensor(1, config.textTokens(), config.textWidth()), null);
                    return network.forward(pass, pass.tensor(1, 4, 32, 32), new float[1], text);
                },
                (scale, fit) -> new UViT(scaled(config, scale, fit)));
    }

    private static Config scaled(Config config, ModelSize scale, BackboneShape fit) {
        boolean full = scale == ModelSize.FULL;
        return new Config(
                fit.latentChannels(),
                fit.latentSize(),
                config.patch(),
                full ? config.width() : TinyTransformer.width(config.width()),
                full ? config.depth() : TinyTransformer.depth(config.depth()),
                full ? config.heads() : TinyTransformer.HEADS,
                fit.textWidth(),
                fit.textTokens());
    }
}
