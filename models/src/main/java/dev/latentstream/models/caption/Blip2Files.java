package dev.latentstream.models.caption;

import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads the config files of a BLIP-2 captioner, as transformers lays them out. */
final class Blip2Files {
    static final String MODEL_TYPE = "blip-2";

    /** Keys with the values that are supported, as JSON. */
    private static final Map<String, List<String>> VISION =
            Map.of("hidden_act", List.of("\"gelu\""), "qkv_bias", List.of("true"));

    private static final Map<String, List<String>> Q_FORMER = Map.of(
            "hidden_act", List.of("\"gelu\""),
            "position_embedding_type", List.of("\"absolute\""),
            "use_qformer_text_input", List.of("false"));

    private static final Map<String, List<String>> OPT = Map.of(
            "activation_function", List.of("\"relu\""),
            "do_layer_norm_before", List.of("true"),
            "enable_bias", List.of("true"),
            "layer_norm_elementwise_affine", List.of("true"),
            "_remove_final_layer_norm", List.of("false"),
            "tie_word_embeddings", List.of("true"));

    private Blip2Files() {}

    /**
     * The sizes of a captioner's network and its use.
     *
     * @param end id of the token that ends a text
     * @param pixels normalisation of images
     */
    record LoadedConfig(Blip2.Config config, long end, Normalization pixels) {
        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Described[config=%s, end=%s, pixels=%s]".formatted(config.identity(), end, pixels.identity());
        }
    }

    /** Reads {@code config.json} and {@code preprocessor_config.json}; absent keys are transformers' defaults. */
    static LoadedConfig describe(Path folder) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        if (!json.text("model_type", "none").equals(MODEL_TYPE)) {
            throw json.fault("model_type", "supported is " + MODEL_TYPE);
        }
        ModelConfig text = json.section("text_config");
        Normalization pixels = Normalization.read(folder);
        try {
            Blip2.Config config = new Blip2.Config(
                    vision(json.section("vision_config")),
                    json.integer("num_query_tokens", 32),
                    querying(json.section("qformer_config")),
                    text(text));
            return new LoadedConfig(config, text.integer("eos_token_id", 2), pixels);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static BlipVision.Config vision(ModelConfig json) throws IOException {
        SupportedConfig.checkValues(json, VISION);
        return new BlipVision.Config(
                json.integer("image_size", 224),
                json.integer("patch_size", 14),
                json.integer("hidden_size", 1408),
                json.integer("intermediate_size", 6144),
                json.integer("num_hidden_layers", 39),
                json.integer("num_attention_heads", 16),
                json.number("layer_norm_eps", 1e-6));
    }

    private static QFormer.Config querying(ModelConfig json) throws IOException {
        SupportedConfig.checkValues(json, Q_FORMER);
        return new QFormer.Config(
                json.integer("hidden_size", 768),
                json.integer("intermediate_size", 3072),
                json.integer("num_hidden_layers", 12),
                json.integer("num_attention_heads", 12),
                json.integer("cross_attention_frequency", 2),
                json.number("layer_norm_eps", 1e-12));
    }

    private static Opt.Config text(ModelConfig json) throws IOException {
        if (!json.text("model_type", "none").equals("opt")) {
            throw json.fault("model_type", "supported is opt");
        }
        SupportedConfig.checkValues(json, OPT);
        int width = json.integer("hidden_size", 768);
        if (json.integer("word_embed_proj_dim", width) != width) {
            throw json.fault("word_embed_proj_dim", "supported is hidden_size, %d".formatted(width));
        }
        return new Opt.Config(
                json.integer("vocab_size", 50272),
                json.integer("max_position_embeddings", 2048),
                width,
                json.integer("ffn_dim", 3072),
                json.integer("num_hidden_layers", 12),
                json.integer("num_attention_heads", 12));
    }
}
