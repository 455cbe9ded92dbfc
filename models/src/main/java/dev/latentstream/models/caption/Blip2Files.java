package dev.latentstream.models.caption;

import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.image.PreprocessorFile;
import dev.latentstream.models.image.PreprocessorFile.Fit;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the config files of a BLIP-2 captioner, as transformers lays them out. */
final class Blip2Files {
    static final String MODEL_TYPE = "blip-2";

    private static final SupportedConfig WHOLE = SupportedConfig.ofTransformers(
            "Blip2Config",
            Map.of("use_decoder_only_language_model", List.of("true")),
            Set.of("num_query_tokens", "qformer_config", "text_config", "vision_config"),
            Set.of("qformer_config", "text_config", "vision_config"),
            Set.of("image_text_hidden_size", "image_token_index"));

    private static final BlipVisionSection VISION = BlipVisionSection.of(
            "Blip2VisionConfig",
            Map.of(
                    "hidden_act", List.of("\"gelu\""),
                    "num_channels", List.of("3"),
                    "qkv_bias", List.of("true")),
            new BlipVision.Config(224, 14, 1408, 6144, 39, 16, 1e-6));

    private static final SupportedConfig Q_FORMER = SupportedConfig.ofTransformers(
            "Blip2QFormerConfig",
            Map.of(
                    "hidden_act", List.of("\"gelu\""),
                    "position_embedding_type", List.of("\"absolute\""),
                    "use_qformer_text_input", List.of("false")),
            Set.of(
                    "cross_attention_frequency",
                    "hidden_size",
                    "intermediate_size",
                    "layer_norm_eps",
                    "num_attention_heads",
                    "num_hidden_layers"),
            Set.of(),
            Set.of(
                    "attention_probs_dropout_prob",
                    "classifier_dropout",
                    "encoder_hidden_size", // the tensors' shapes show it
                    "hidden_dropout_prob",
                    "max_position_embeddings",
                    "vocab_size"));

    private static final SupportedConfig OPT = SupportedConfig.ofTransformers(
            "OPTConfig",
            Map.of(
                    "activation_function", List.of("\"relu\""),
                    "do_layer_norm_before", List.of("true"),
                    "enable_bias", List.of("true"),
                    "layer_norm_elementwise_affine", List.of("true"),
                    "_remove_final_layer_norm", List.of("false"),
                    "tie_word_embeddings", List.of("true")),
            Set.of(
                    "bos_token_id",
                    "eos_token_id",
                    "ffn_dim",
                    "hidden_size",
                    "max_position_embeddings",
                    "num_attention_heads",
                    "num_hidden_layers",
                    "vocab_size",
                    "word_embed_proj_dim"),
            Set.of("word_embed_proj_dim"),
            Set.of("attention_dropout", "dropout", "init_std", "layerdrop"));

    private Blip2Files() {}

    /**
     * The sizes of a captioner's network and its use.
     *
     * @param start id of the token that precedes every text
     * @param ends ids of the tokens each of which ends a text
     * @param pixels normalisation of images
     */
    record LoadedConfig(Blip2.Config config, int start, List<Integer> ends, Normalization pixels) {
        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            String end = ends.size() == 1 ? ends.get(0).toString() : ends.toString();
            return "Described[config=%s, end=%s, pixels=%s]".formatted(config.identity(), end, pixels.identity());
        }
    }

    /** Reads {@code config.json} and the {@link PreprocessorFile}; absent keys are transformers' defaults. */
    static LoadedConfig describe(Path folder) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        if (!json.text("model_type", "none").equals(MODEL_TYPE)) {
            throw json.fault("model_type", "supported is " + MODEL_TYPE);
        }
        WHOLE.check(json);
        ModelConfig text = json.section("text_config");
        try {
            Blip2.Config config = new Blip2.Config(
                    VISION.read(json.section("vision_config")),
                    json.integer("num_query_tokens", 32),
                    querying(json.section("qformer_config")),
                    text(text));
            Normalization pixels =
                    PreprocessorFile.read(folder, Fit.WHOLE, config.vision().side());
            return new LoadedConfig(config, text.integer("bos_token_id", 2), ends(text), pixels);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static List<Integer> ends(ModelConfig text) throws IOException {
        if (!text.isList("eos_token_id")) {
            return List.of(text.integer("eos_token_id", 2));
        }
        List<Integer> ends = text.integers("eos_token_id");
        if (ends.isEmpty()) {
            throw text.fault("eos_token_id", "at least one is needed");
        }
        return ends;
    }

    private static QFormer.Config querying(ModelConfig json) throws IOException {
        Q_FORMER.check(json);
        return new QFormer.Config(
                json.integer("hidden_size", 768),
                json.integer("intermediate_size", 3072),
                json.layers("num_hidden_layers", 12),
                json.integer("num_attention_heads", 12),
                json.integer("cross_attention_frequency", 2),
                json.number("layer_norm_eps", 1e-12));
    }

    private static Opt.Config text(ModelConfig json) throws IOException {
        if (!json.text("model_type", "none").equals("opt")) {
            throw json.fault("model_type", "supported is opt");
        }
        OPT.check(json);
        int width = json.integer("hidden_size", 768);
        if (json.integer("word_embed_proj_dim", width) != width) {
            throw json.fault("word_embed_proj_dim", "supported is hidden_size, %d".formatted(width));
        }
        return new Opt.Config(
                json.integer("vocab_size", 50272),
                json.integer("max_position_embeddings", 2048),
                width,
                json.integer("ffn_dim", 3072),
                json.layers("num_hidden_layers", 12),
                json.integer("num_attention_heads", 12));
    }
}
