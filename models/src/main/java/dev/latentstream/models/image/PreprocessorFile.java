package dev.latentstream.models.image;

import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The image processor of a transformers folder: {@code image_processor} in {@code processor_config.json}, as transformers 5 saves
 * it with a tokenizer, else {@code preprocessor_config.json}.
 *
 * <p>Every key is read, known to have no effect on RGB images, or refused. {@link ImagePreprocessor} resizes to the square of
 * the network, so a file with another size is refused.
 */
public final class PreprocessorFile {
    /** The way in which an image is brought to the network's square. */
    public enum Fit {
        /** Resized without regard to its aspect ratio: BLIP and BLIP-2, see {@link ImagePreprocessor#whole}. */
        WHOLE,
        /** Resized by its shorter side, then cropped to the centre: CLIP, see {@link ImagePreprocessor#centre}. */
        CENTRE
    }

    private static final List<Double> CLIP_MEAN =
            List.of(0.48145466, 0.4578275, 0.40821073); // the default of all three
    private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final double BYTE = 1 / 255.0; // the default rescale_factor

    private static final Set<String> READ =
            Set.of("size", "crop_size", "do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std");

    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "data_format",
            "device",
            "disable_grouping",
            "do_convert_rgb",
            "input_data_format",
            "model_input_names",
            "pad_size",
            "processor_class",
            "return_tensors",
            "use_fast");

    private static final Map<String, List<String>> FIXED = Map.of(
            "do_pad", List.of("false", "null"),
            "do_resize", List.of("true"),
            "resample", List.of("3"), // bicubic
            "use_square_size", List.of("false"));

    private static final SupportedConfig BLIP = supported(
            "transformers' BlipImageProcessor",
            Map.of(
                    "do_center_crop", List.of("false", "null"),
                    "default_to_square", List.of("true", "null"),
                    "image_processor_type",
                            List.of(
                                    "\"BlipImageProcessor\"",
                                    "\"BlipImageProcessorFast\"",
                                    "\"BlipImageProcessorPil\"")));

    private static final SupportedConfig CLIP = supported(
            "transformers' CLIPImageProcessor",
            Map.of(
                    "do_center_crop", List.of("true"),
                    "default_to_square", List.of("false", "null"),
                    "feature_extractor_type", List.of("\"CLIPFeatureExtractor\"", "\"CLIPImageProcessor\""),
                    "image_processor_type",
                            List.of(
                                    "\"CLIPImageProcessor\"",
                                    "\"CLIPImageProcessorFast\"",
                                    "\"CLIPImageProcessorPil\"",
                                    "\"CLIPFeatureExtractor\"")));

    private PreprocessorFile() {}

    private static SupportedConfig supported(String owner, Map<String, List<String>> own) {
        Map<String, List<String>> fixed = new HashMap<>(FIXED);
        fixed.putAll(own);
        return new SupportedConfig(
                owner, fixed, READ, Set.of("size", "crop_size", "image_mean", "image_std"), WITHOUT_EFFECT);
    }

    /**
     * Reads the normalisation, and checks that the rest is what {@link ImagePreprocessor} does.
     *
     * @param side of the network's square, in pixels
     * @throws IOException where there is no file or it has another setting; the message names file, key and value
     */
    public static Normalization read(Path folder, Fit fit, int side) throws IOException {
        ModelConfig json = file(folder);
        (fit == Fit.WHOLE ? BLIP : CLIP).check(json);
        checkSize(json, "size", fit == Fit.CENTRE, side);
        if (fit == Fit.CENTRE) {
            checkSize(json, "crop_size", false, side);
        }
        try {
            return normalization(json);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(json.path(), e.getMessage()), e);
        }
    }

    private static ModelConfig file(Path folder) throws IOException {
        Path both = folder.resolve("processor_config.json");
        if (Files.exists(both) && ModelConfig.read(both).has("image_processor")) {
            return ModelConfig.read(both).section("image_processor");
        }
        return ModelConfig.read(folder.resolve("preprocessor_config.json"));
    }

    /** (255 scale x - mean) / std of x in [0, 1], where transformers scales bytes. */
    private static Normalization normalization(ModelConfig json) throws IOException {
        double factor = json.number("rescale_factor", BYTE);
        if (!(factor > 0)) {
            throw json.fault("rescale_factor", "it must be above 0");
        }
        double scale = json.flag("do_rescale", true) ? factor / BYTE : 1 / BYTE;
        Normalization ofScaled = json.flag("do_normalize", true)
                ? new Normalization(perChannel(json, "image_mean", CLIP_MEAN), perChannel(json, "image_std", CLIP_STD))
                : new Normalization(perChannel(0), perChannel(1));
        return Math.abs(scale - 1) < 1e-9 ? ofScaled : ofScaled.ofScaled(scale);
    }

    private static List<Double> perChannel(ModelConfig json, String key, List<Double> defaultValue) throws IOException {
        if (!json.has(key)) {
            return defaultValue;
        }
        return json.isList(key) ? json.numbers(key) : perChannel(json.number(key, 0));
    }

    private static List<Double> perChannel(double value) {
        return Collections.nCopies(ImageBatch.PLANES, value);
    }

    /**
     * Checks a size in any of its forms: 224, [224, 224], {@code {"height": 224, "width": 224}} or {@code {"shortest_edge": 224}}.
     *
     * @param shorter whether it is that of the shorter side
     */
    private static void checkSize(ModelConfig json, String key, boolean shorter, int side) throws IOException {
        if (!json.has(key)) {
            return; // the network has only one
        }
        boolean fits;
        if (json.isObject(key)) {
            ModelConfig size = json.section(key);
            List<String> sides = shorter ? List.of("shortest_edge") : List.of("height", "width");
            List<String> given = size.keys().stream().filter(size::has).toList(); // not null
            fits = Set.copyOf(given).equals(Set.copyOf(sides));
            for (String edge : sides) {
                fits = fits && size.integer(edge) == side;
            }
        } else if (json.isList(key)) {
            fits = !shorter && json.integers(key).equals(List.of(side, side));
        } else {
            fits = json.integer(key) == side;
        }
        if (!fits) {
            String form = shorter ? "{\"shortest_edge\":%1$d}" : "{\"height\":%1$d,\"width\":%1$d}";
            throw json.fault(key, "supported is the network's own, " + form.formatted(side));
        }
    }
}
