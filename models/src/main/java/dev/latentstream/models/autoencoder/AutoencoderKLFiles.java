package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The files of an {@link AutoencoderKL}, as diffusers lays them out. */
final class AutoencoderKLFiles {
    /** Keys that are read. */
    private static final Set<String> READ = Set.of(
            "in_channels",
            "out_channels",
            "down_block_types",
            "up_block_types",
            "block_out_channels",
            "layers_per_block",
            "latent_channels",
            "norm_num_groups",
            "scaling_factor",
            "shift_factor",
            "latents_mean",
            "latents_std",
            "use_quant_conv",
            "use_post_quant_conv",
            "mid_block_add_attention");

    private static final SupportedConfig SUPPORTED = SupportedConfig.ofDiffusers(
            "AutoencoderKL",
            Map.of("act_fn", List.of("\"silu\"")),
            READ,
            Set.of("shift_factor", "latents_mean", "latents_std"),
            Set.of("sample_size", "force_upcast"));

    /** Names of the attention's layers, and their names in older files. */
    private static final Map<String, String> OLDER =
            Map.of(".to_q.", ".query.", ".to_k.", ".key.", ".to_v.", ".value.", ".to_out.0.", ".proj_attn.");

    private AutoencoderKLFiles() {}

    /** A network and the scale of its latents. */
    record LoadedConfig(AutoencoderKL.Config config, LatentNormalization scale) {}

    /** Reads diffusers' configuration. */
    static LoadedConfig describe(ModelConfig json) throws IOException {
        SUPPORTED.check(json);
        int images = json.integer("in_channels", 3);
        if (json.integer("out_channels", 3) != images) {
            throw json.fault("out_channels", "known is the number of in_channels, %d".formatted(images));
        }
        try {
            AutoencoderKL.Config config = new AutoencoderKL.Config(
                    images,
                    json.integer("latent_channels", 4),
                    json.integers("block_out_channels"),
                    json.layers("layers_per_block", 1),
                    json.integer("norm_num_groups", 32),
                    json.flag("mid_block_add_attention", true),
                    json.flag("use_quant_conv", true),
                    json.flag("use_post_quant_conv", true));
            int levels = config.channels().size();
            expectBlocks(json, "down_block_types", "DownEncoderBlock2D", levels);
            expectBlocks(json, "up_block_types", "UpDecoderBlock2D", levels);
            return new LoadedConfig(config, LatentNormalization.read(json, config.latentChannels(), 0.18215));
        } catch (IllegalArgumentException e) {
            throw json.fault("block_out_channels", String.valueOf(e.getMessage()));
        }
    }

    private static void expectBlocks(ModelConfig json, String key, String kind, int levels) throws IOException {
        List<String> types = json.texts(key);
        if (types.size() != levels || !types.stream().allMatch(kind::equals)) {
            throw json.fault(key, "known is %s for each of the %d block_out_channels".formatted(kind, levels));
        }
    }

    /** Loads the weights, with either names of the attention's layers. */
    static void load(AutoencoderKL network, NDManager manager, Path path) throws IOException {
        boolean older = WeightFiles.contains(path, "decoder.mid_block.attentions.0.query.weight");
        WeightFiles.load(network, manager, path, older ? AutoencoderKLFiles::olderName : UnaryOperator.identity());
    }

    /** {@code encoder.mid_block.attentions.0.to_q.weight -> encoder.mid_block.attentions.0.query.weight} */
    static String olderName(String name) {
        String older = name;
        for (Map.Entry<String, String> layer : OLDER.entrySet()) {
            older = older.replace(layer.getKey(), layer.getValue());
        }
        return older;
    }
}
