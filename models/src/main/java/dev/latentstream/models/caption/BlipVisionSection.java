package dev.latentstream.models.caption;

import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The section {@code vision_config} of BLIP's and BLIP-2's config files, which have the same keys.
 *
 * @param defaults transformers' values of absent keys
 */
record BlipVisionSection(SupportedConfig supported, BlipVision.Config defaults) {
    /**
     * Creates the section of a class of transformers.
     *
     * @param owner the class, for messages
     * @param fixed keys of which only some values are supported, as JSON
     */
    static BlipVisionSection of(String owner, Map<String, List<String>> fixed, BlipVision.Config defaults) {
        SupportedConfig supported = SupportedConfig.ofTransformers(
                owner,
                fixed,
                Set.of(
                        "hidden_size",
                        "image_size",
                        "intermediate_size",
                        "layer_norm_eps",
                        "num_attention_heads",
                        "num_hidden_layers",
                        "patch_size"),
                Set.of(),
                Set.of("attention_dropout", "dropout", "projection_dim"));
        return new BlipVisionSection(supported, defaults);
    }

    /** Refuses unsupported keys and values, and reads the others. */
    BlipVision.Config read(ModelConfig json) throws IOException {
        supported.check(json);
        return new BlipVision.Config(
                json.side("image_size", defaults.side()),
                json.side("patch_size", defaults.patch()),
                json.integer("hidden_size", defaults.width()),
                json.integer("intermediate_size", defaults.intermediateSize()),
                json.layers("num_hidden_layers", defaults.depth()),
                json.integer("num_attention_heads", defaults.heads()),
                json.number("layer_norm_eps", defaults.eps()));
    }
}
