package dev.latentstream.models.backbone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.backbone.UViT.Config;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The configuration of a U-ViT: the arguments of its authors' class, with {@code _class_name} as in diffusers' files. */
final class UViTConfigFile {
    static final String CLASS = "UViT";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Settings with their supported values, as JSON; the first is the authors' default. */
    private static final Map<String, List<String>> FIXED = Map.of(
            "_class_name", List.of("\"UViT\""),
            "conv", List.of("true"),
            "mlp_ratio", List.of("4"),
            "mlp_time_embed", List.of("false"),
            "name", List.of("\"uvit_t2i\""),
            "qk_scale", List.of("null"),
            "qkv_bias", List.of("false"),
            "skip", List.of("true"));

    /** Settings that are read. */
    private static final Set<String> READ = Set.of(
            "clip_dim", "depth", "embed_dim", "img_size", "in_chans", "num_clip_token", "num_heads", "patch_size");

    private static final SupportedConfig SETTINGS =
            new SupportedConfig("the " + CLASS + " for texts", FIXED, READ, Set.of(), Set.of("use_checkpoint"));

    private UViTConfigFile() {}

    static Config read(Path path) throws IOException {
        ModelConfig file = ModelConfig.read(path);
        SETTINGS.check(file);
        try {
            return new Config(
                    file.integer("in_chans", 3),
                    file.integer("img_size", 224),
                    file.integer("patch_size", 16),
                    file.integer("embed_dim", 768),
                    file.layers("depth", 12),
                    file.integer("num_heads", 12),
                    file.integer("clip_dim", 768),
                    file.integer("num_clip_token", 77));
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    static String json(Config config) {
        ObjectNode json = JSON.createObjectNode();
        json.put("_class_name", CLASS);
        json.put("in_chans", config.channels()).put("img_size", config.imageSize());
        json.put("patch_size", config.patch()).put("embed_dim", config.width());
        json.put("depth", config.depth()).put("num_heads", config.heads());
        json.put("clip_dim", config.textWidth()).put("num_clip_token", config.textTokens());
        return json.toPrettyString() + "\n";
    }
}
