package dev.latentstream.models.caption;

import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.image.PreprocessorFile;
import dev.latentstream.models.image.PreprocessorFile.Fit;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and writes the config files of a BLIP captioner, as transformers lays them out. */
public final class BlipFiles {
    static final String MODEL_TYPE = "blip";

    private static final SupportedConfig WHOLE = SupportedConfig.ofTransformers(
            "BlipConfig",
            Map.of(),
            Set.of("text_config", "vision_config"),
            Set.of("text_config", "vision_config"),
            Set.of("image_text_hidden_size", "label_smoothing", "logit_scale_init_value", "projection_dim"));

    private static final BlipVisionSection VISION = BlipVisionSection.of(
            "BlipVisionConfig",
            Map.of("hidden_act", List.of("\"gelu\""), "num_channels", List.of("3")),
            new BlipVision.Config(384, 16, 768, 3072, 12, 12, 1e-5));

    private static final SupportedConfig TEXT = SupportedConfig.ofTransformers(
            "BlipTextConfig",
            Map.of(
                    "hidden_act", List.of("\"gelu\""),
                    "is_decoder", List.of("true"),
                    "position_embedding_type", List.of("\"absolute\"")),
            Set.of(
                    "bos_token_id",
                    "hidden_size",
                    "intermediate_size",
                    "layer_norm_eps",
                    "max_position_embeddings",
                    "num_attention_heads",
                    "num_hidden_layers",
                    "sep_token_id",
                    "vocab_size"),
            Set.of(),
            Set.of(
                    "attention_probs_dropout_prob",
                    "encoder_hidden_size", // transformers takes the width of the image tokens
                    "hidden_dropout_prob",
                    "label_smoothing",
                    "projection_dim"));

    private BlipFiles() {}

    /**
     * The sizes of a captioner's network and its use.
     *
     * @param start id of the token that precedes every text
     * @param end id of the token that ends a text
     * @param pixels normalisation of images
     */
    public record LoadedConfig(Blip.Config config, long start, long end, Normalization pixels) {
        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Described[config=%s, start=%s, end=%s, pixels=%s]"
                    .formatted(config.identity(), start, end, pixels.identity());
        }
    }

    /**
     * Reads {@code config.json} and the {@link PreprocessorFile}; absent keys are transformers' defaults.
     *
     * @param tied whether the head's matrix is that of the embeddings, as in newer files
     */
    static LoadedConfig describe(Path folder, boolean tied) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        if (!json.text("model_type", "none").equals(MODEL_TYPE)) {
            throw json.fault("model_type", "supported is " + MODEL_TYPE);
        }
        ModelConfig text = json.section("text_config");
        WHOLE.check(json);
        TEXT.check(text);
        try {
            BlipVision.Config sizes = VISION.read(json.section("vision_config"));
            Normalization pixels = PreprocessorFile.read(folder, Fit.WHOLE, sizes.side());
            return new LoadedConfig(
                    new Blip.Config(sizes, text(text, tied)),
                    text.integer("bos_token_id", 30522),
                    text.integer("sep_token_id", 102),
                    pixels);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static BlipDecoder.Config text(ModelConfig json, boolean tied) throws IOException {
        return new BlipDecoder.Config(
                json.integer("vocab_size", 30524),
                json.integer("max_position_embeddings", 512),
                json.integer("hidden_size", 768),
                json.integer("intermediate_size", 3072),
                json.layers("num_hidden_layers", 12),
                json.integer("num_attention_heads", 8),
                json.number("layer_norm_eps", 1e-12),
                tied);
    }

    /** The files that {@link #describe} reads, by name. */
    public static Map<String, byte[]> files(LoadedConfig loaded) {
        BlipVision.Config vision = loaded.config().vision();
        BlipDecoder.Config text = loaded.config().text();
        Map<String, Object> visionJson = new LinkedHashMap<>();
        visionJson.put("image_size", vision.side());
        visionJson.put("patch_size", vision.patch());
        visionJson.put("hidden_size", vision.width());
        visionJson.put("intermediate_size", vision.intermediateSize());
        visionJson.put("num_hidden_layers", vision.depth());
        visionJson.put("num_attention_heads", vision.heads());
        visionJson.put("hidden_act", "gelu");
        visionJson.put("layer_norm_eps", vision.eps());
        Map<String, Object> textJson = new LinkedHashMap<>();
        textJson.put("vocab_size", text.vocabSize());
        textJson.put("max_position_embeddings", text.maxPositions());
        textJson.put("hidden_size", text.width());
        textJson.put("encoder_hidden_size", vision.width());
        textJson.put("intermediate_size", text.intermediateSize());
        textJson.put("num_hidden_layers", text.depth());
        textJson.put("num_attention_heads", text.heads());
        textJson.put("hidden_act", "gelu");
        textJson.put("layer_norm_eps", text.eps());
        textJson.put("bos_token_id", loaded.start());
        textJson.put("sep_token_id", loaded.end());
        textJson.put("pad_token_id", 0);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("BlipForConditionalGeneration"));
        json.put("model_type", MODEL_TYPE);
        json.put("text_config", textJson);
        json.put("vision_config", visionJson);
        Map<String, Object> pixels = new LinkedHashMap<>();
        pixels.put("image_processor_type", "BlipImageProcessor");
        pixels.put("size", Map.of("height", vision.side(), "width", vision.side()));
        pixels.put("image_mean", loaded.pixels().mean());
        pixels.put("image_std", loaded.pixels().std());
        return Map.of("config.json", ModelConfig.bytes(json), "preprocessor_config.json", ModelConfig.bytes(pixels));
    }
}
