package dev.latentstream.models.text;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.image.PreprocessorFile;
import dev.latentstream.models.image.PreprocessorFile.Fit;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the config files of CLIP's towers, as transformers lays them out. */
final class ClipFiles {
    private static final String TEXT = "text_model.";

    private static final SupportedConfig BOTH = SupportedConfig.ofTransformers(
            "CLIPConfig",
            Map.of(),
            Set.of("projection_dim", "text_config", "vision_config"),
            Set.of("text_config", "vision_config"),
            Set.of("logit_scale_init_value", "text_config_dict", "vision_config_dict"));

    private static final Set<String> READ = Set.of(
            "hidden_act",
            "hidden_size",
            "intermediate_size",
            "layer_norm_eps",
            "num_attention_heads",
            "num_hidden_layers",
            "projection_dim");

    private static final Set<String> WITHOUT_EFFECT = Set.of("attention_dropout", "dropout");

    private static final SupportedConfig TEXT_TOWER = SupportedConfig.ofTransformers(
            "CLIPTextConfig",
            Map.of(),
            with(READ, "eos_token_id", "max_position_embeddings", "vocab_size"),
            Set.of(),
            WITHOUT_EFFECT);

    private static final SupportedConfig VISION_TOWER = SupportedConfig.ofTransformers(
            "CLIPVisionConfig",
            Map.of("num_channels", List.of("3")),
            with(READ, "image_size", "patch_size"),
            Set.of(),
            WITHOUT_EFFECT);

    private ClipFiles() {}

    private static Set<String> with(Set<String> common, String... own) {
        return Stream.concat(common.stream(), Stream.of(own)).collect(Collectors.toUnmodifiableSet());
    }

    /** The config of a tower; older files have it twice, and there transformers takes {@code text_config_dict}. */
    private static ModelConfig tower(ModelConfig json, String name) {
        String older = name + "_dict";
        return json.section(json.has(older) ? older : name);
    }

    /** Both towers, and the normalisation of images. */
    record LoadedConfig(Clip.Config config, Normalization pixels) {
        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Described[config=%s, pixels=%s]".formatted(config.identity(), pixels.identity());
        }
    }

    /** Reads a folder with both towers. */
    static LoadedConfig both(Path folder) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        if (!json.text("model_type", "none").equals("clip")) {
            throw json.fault("model_type", "supported is clip, with both towers");
        }
        BOTH.check(json);
        int projectionDim = json.integer("projection_dim", 512);
        try {
            ClipText.Config text = text(tower(json, "text_config"), projectionDim);
            ClipVision.Config vision = vision(tower(json, "vision_config"), projectionDim);
            Normalization pixels = PreprocessorFile.read(folder, Fit.CENTRE, vision.side());
            return new LoadedConfig(new Clip.Config(text, vision), pixels);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Reads the text tower of a folder, which may also have a projection or a vision tower. */
    static ClipText.Config text(Path folder) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        try {
            return switch (json.text("model_type", "none")) {
                case "clip" -> text(tower(json, "text_config"), json.integer("projection_dim", 512));
                case "clip_text_model" -> text(json, projected(json) ? json.integer("projection_dim", 512) : 0);
                default -> throw json.fault("model_type", "supported are clip and clip_text_model");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static boolean projected(ModelConfig json) throws IOException {
        List<String> kinds = json.has("architectures") ? json.texts("architectures") : List.of("CLIPTextModel");
        if (kinds.equals(List.of("CLIPTextModelWithProjection"))) {
            return true;
        }
        if (kinds.equals(List.of("CLIPTextModel"))) {
            return false;
        }
        throw json.fault("architectures", "supported are CLIPTextModel and CLIPTextModelWithProjection");
    }

    /** Reads a folder with a vision tower and its projection. */
    static ClipVision.Config vision(Path folder) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        if (!json.text("model_type", "none").equals("clip_vision_model")) {
            throw json.fault("model_type", "supported is clip_vision_model");
        }
        try {
            return vision(json, json.integer("projection_dim", 512));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static ClipText.Config text(ModelConfig json, int projectionDim) throws IOException {
        TEXT_TOWER.check(json);
        return new ClipText.Config(
                json.integer("vocab_size", 49408),
                json.integer("max_position_embeddings", 77),
                projectionDim,
                json.integer("eos_token_id", 49407),
                transformer(json, new ClipTransformer.Config(512, 2048, 12, 8, 1e-5, Activation.QUICK_GELU)));
    }

    private static ClipVision.Config vision(ModelConfig json, int projectionDim) throws IOException {
        VISION_TOWER.check(json);
        return new ClipVision.Config(
                json.side("image_size", 224),
                json.side("patch_size", 32),
                projectionDim,
                transformer(json, new ClipTransformer.Config(768, 3072, 12, 12, 1e-5, Activation.QUICK_GELU)));
    }

    /**
     * @param defaults of transformers, for missing keys
     */
    private static ClipTransformer.Config transformer(ModelConfig json, ClipTransformer.Config defaults)
            throws IOException {
        return new ClipTransformer.Config(
                json.integer("hidden_size", defaults.width()),
                json.integer("intermediate_size", defaults.intermediateSize()),
                json.layers("num_hidden_layers", defaults.depth()),
                json.integer("num_attention_heads", defaults.heads()),
                json.number("layer_norm_eps", defaults.eps()),
                switch (json.text("hidden_act", "quick_gelu")) {
                    case "quick_gelu" -> Activation.QUICK_GELU;
                    case "gelu" -> Activation.GELU;
                    default -> throw json.fault("hidden_act", "supported are gelu and quick_gelu");
                });
    }

    /**
     * Loads a text tower, with or without a projection or a vision tower beside it.
     *
     * @param path of {@code model.safetensors}; a {@code CLIPTextModel} of transformers 5 has no prefix {@code text_model.}
     */
    static void load(ClipText network, NDManager manager, Path path) throws IOException {
        boolean alone = WeightFiles.contains(path, "embeddings.token_embedding.weight");
        WeightFiles.load(
                network,
                manager,
                path,
                name -> alone && name.startsWith(TEXT) ? name.substring(TEXT.length()) : name,
                ClipFiles::isSpareBesideText);
    }

    /** Returns whether a tensor is redundant: older files contain lists of all positions. */
    static boolean isSpare(String name) {
        return name.endsWith("embeddings.position_ids");
    }

    /** Returns whether a text tower ignores a tensor of a whole CLIP. */
    static boolean isSpareBesideText(String name) {
        return isSpare(name)
                || name.startsWith("vision_model.")
                || name.equals("visual_projection.weight")
                || name.equals("logit_scale");
    }
}
