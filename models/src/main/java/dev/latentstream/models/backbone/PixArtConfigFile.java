package dev.latentstream.models.backbone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Blocks;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Conditions;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Config;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.PatchGrid;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextInput;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextUse;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a PixArt transformer as diffusers writes it.
 *
 * <p>The published PixArt-alpha is older than its class: its {@code _class_name} is {@code Transformer2DModel}, which diffusers also reads
 * as {@code PixArtTransformer2DModel} if {@code norm_type} is {@code ada_norm_single}.
 */
final class PixArtConfigFile {
    static final String CLASS = "PixArtTransformer2DModel";
    static final String OLD_CLASS = "Transformer2DModel";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Settings with their supported values, as JSON; the first is diffusers' default. */
    private static final Map<String, List<String>> FIXED = Map.ofEntries(
            Map.entry("_class_name", List.of("\"PixArtTransformer2DModel\"", "\"Transformer2DModel\"")),
            Map.entry("activation_fn", List.of("\"gelu-approximate\"")),
            Map.entry("attention_bias", List.of("true")),
            Map.entry("attention_type", List.of("\"default\"")),
            Map.entry("double_self_attention", List.of("false")),
            Map.entry("dropout", List.of("0")),
            Map.entry("norm_elementwise_affine", List.of("false")),
            Map.entry("norm_eps", List.of("1e-6")),
            Map.entry("norm_type", List.of("\"ada_norm_single\"")),
            Map.entry("num_vector_embeds", List.of("null")),
            Map.entry("only_cross_attention", List.of("false")),
            Map.entry("use_linear_projection", List.of("false")));

    /** Settings that are read. */
    private static final Set<String> READ = Set.of(
            "attention_head_dim",
            "caption_channels",
            "cross_attention_dim",
            "in_channels",
            "interpolation_scale",
            "num_attention_heads",
            "num_layers",
            "out_channels",
            "patch_size",
            "sample_size",
            "use_additional_conditions");

    private static final SupportedConfig SETTINGS = SupportedConfig.ofDiffusers(
            CLASS,
            FIXED,
            READ,
            Set.of(
                    "caption_channels",
                    "cross_attention_dim",
                    "interpolation_scale",
                    "out_channels",
                    "use_additional_conditions"),
            Set.of("norm_num_groups", "num_embeds_ada_norm", "upcast_attention"));

    /** Size of the latents of PixArt-alpha of 1024 pixels, for which diffusers turns on size conditioning by default. */
    private static final int SHAPED_SIZE = 128;

    private PixArtConfigFile() {}

    static Config read(Path path) throws IOException {
        ModelConfig file = ModelConfig.read(path);
        SETTINGS.check(file);
        if (file.text("_class_name", CLASS).equals(OLD_CLASS) && !file.has("norm_type")) {
            throw file.fault("norm_type", "supported is \"ada_norm_single\"");
        }
        try {
            return config(file);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private static Config config(ModelConfig file) throws IOException {
        int inChannels = file.integer("in_channels", 4);
        boolean asMany = file.keys().contains("out_channels") && !file.has("out_channels"); // null
        int heads = file.integer("num_attention_heads", 16);
        int headDim = file.integer("attention_head_dim", 72);
        int sampleSize = file.integer("sample_size", 128);
        boolean projected = file.has("caption_channels");
        int contextWidth = contextWidth(file);
        if (projected && contextWidth != heads * headDim) {
            throw file.fault(
                    "cross_attention_dim",
                    "the projected text is %d wide, as the %d heads of width %d are together"
                            .formatted(heads * headDim, heads, headDim));
        }
        double interpolation = file.number("interpolation_scale", PatchGrid.defaultInterpolation(sampleSize));
        return new Config(
                inChannels,
                asMany ? inChannels : file.integer("out_channels", 8),
                new PatchGrid(sampleSize, file.integer("patch_size", 2), interpolation),
                new Blocks(heads, headDim, file.layers("num_layers", 28)),
                projected
                        ? new TextInput(file.integer("caption_channels"), TextUse.PROJECTED)
                        : new TextInput(contextWidth, TextUse.AS_IT_IS),
                file.flag("use_additional_conditions", sampleSize == SHAPED_SIZE)
                        ? Conditions.STEP_AND_SHAPE
                        : Conditions.STEP);
    }

    private static int contextWidth(ModelConfig file) throws IOException {
        boolean none = file.keys().contains("cross_attention_dim") && !file.has("cross_attention_dim");
        if (none) {
            throw file.fault(
                    "cross_attention_dim", "supported is the width of the text states that the blocks attend to");
        }
        return file.integer("cross_attention_dim", 1152);
    }

    /** Writes a configuration as diffusers reads it. */
    static String json(Config config) {
        ObjectNode json = JSON.createObjectNode();
        boolean projected = config.text().use() == TextUse.PROJECTED;
        json.put("_class_name", CLASS);
        json.put("in_channels", config.inChannels()).put("out_channels", config.outChannels());
        json.put("sample_size", config.grid().sampleSize())
                .put("patch_size", config.grid().patch());
        json.put("num_attention_heads", config.blocks().heads())
                .put("attention_head_dim", config.blocks().headDim());
        json.put("num_layers", config.blocks().depth());
        json.put(
                "cross_attention_dim",
                projected ? config.width() : config.text().width());
        if (projected) {
            json.put("caption_channels", config.text().width());
        } else {
            json.putNull("caption_channels");
        }
        json.put("use_additional_conditions", config.conditions() == Conditions.STEP_AND_SHAPE);
        json.put("interpolation_scale", config.grid().interpolation());
        return json.toPrettyString() + "\n";
    }
}
