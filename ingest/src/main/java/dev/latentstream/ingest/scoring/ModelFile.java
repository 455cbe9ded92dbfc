package dev.latentstream.ingest.scoring;

import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.image.Resampling;
import dev.latentstream.models.onnx.ImageInput;
import dev.latentstream.models.onnx.TextInput;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.Flattened;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code model.yaml} of a folder.
 *
 * @param file name of the ONNX file; null for the only one of the folder
 * @param input the form of its images
 * @param output its labelled output
 * @param scores rules by the name of the score
 * @param maxBatch largest number of images in one run
 * @param timeLimit of one run
 * @param text the form of texts of a network that compares images with theirs; null for none
 * @param ocr the networks of a folder that finds text, instead of all above but {@code scores} and {@code time-limit}
 */
record ModelFile(
        @Nullable String file,
        Input input,
        Output output,
        Map<String, String> scores,
        int maxBatch,
        Duration timeLimit,
        @Nullable Text text,
        @Nullable Ocr ocr) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    private static final int MAX_SIZE = 4096;

    /**
     * The form of images; see {@link ImageInput}.
     *
     * @param resizeTo 0 for the same as {@code size}
     * @param jpegQuality 0 for no compression
     */
    record Input(
            int size,
            int resizeTo,
            ImageInput.Fit fit,
            Resampling resampling,
            int jpegQuality,
            ImageInput.Layout layout,
            ImageInput.Order channels,
            @Flattened Values values) {
        /** The defaults. */
        Input() {
            this(
                    224,
                    0,
                    ImageInput.Fit.COVER,
                    Resampling.BILINEAR,
                    0,
                    ImageInput.Layout.NCHW,
                    ImageInput.Order.RGB,
                    new Values());
        }

        Input {
            Checks.between("size", size, 1, MAX_SIZE);
            if (resizeTo != 0) {
                Checks.between("resize-to", resizeTo, size, 2L * MAX_SIZE);
            }
            Checks.between("jpeg-quality", jpegQuality, 0, 100);
        }

        ImageInput images() {
            return new ImageInput(
                    size,
                    new ImageInput.Resize(resizeTo == 0 ? size : resizeTo, fit, resampling, jpegQuality),
                    layout,
                    channels,
                    values.range(),
                    new Normalization(values.mean(), values.std()));
        }
    }

    /**
     * The values of pixels.
     *
     * @param range value of a white pixel before the normalisation
     * @param mean of red, green and blue on this scale
     * @param std of red, green and blue on this scale
     */
    record Values(double range, List<Double> mean, List<Double> std) {
        /** The defaults: from 0 to 1. */
        Values() {
            this(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
        }

        Values {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            Checks.between("range", range, 1e-6, 1e6);
            Normalization unused = new Normalization(mean, std);
        }
    }

    /** The function from outputs to probabilities. */
    enum Activation {
        /** The outputs are probabilities. */
        NONE,
        /** One label is right. */
        SOFTMAX,
        /** Each label is right or not. */
        SIGMOID
    }

    /**
     * The labelled output.
     *
     * @param name null for the first output of the file
     * @param labels in the order of its elements
     * @param labelsFile a file of the folder with a label in each line, instead
     */
    record Output(
            @Nullable String name,
            Activation activation,
            List<String> labels,
            @Nullable String labelsFile) {
        /** The defaults: probabilities without labels. */
        Output() {
            this(null, Activation.NONE, List.of(), null);
        }

        Output {
            labels = List.copyOf(labels);
            if (labelsFile != null && !labels.isEmpty()) {
                throw new IllegalArgumentException("labels-file %s and %d labels: only one of them can be given"
                        .formatted(labelsFile, labels.size()));
            }
        }
    }

    /**
     * The form of texts; see {@link TextInput}.
     *
     * @param tokenizer name of a file of the folder
     * @param ids name of the input of tokens
     * @param mask name of the input of their mask, if the network has one
     * @param length in tokens
     * @param padding id of the token after a shorter text
     * @param outputs that depend on the text: an image without a text has no score that reads one of them
     */
    record Text(String tokenizer, String ids, String mask, int length, int padding, List<String> outputs) {
        /** The defaults: those of CLIP in transformers. */
        Text() {
            this("tokenizer.json", "input_ids", "attention_mask", 77, 0, List.of("text_embeds"));
        }

        Text {
            outputs = List.copyOf(outputs);
            Checks.between("length", length, 2, 4096);
            Checks.atLeast("padding", padding, 0);
            Checks.atLeast("outputs: number of them", outputs.size(), 1);
        }
    }

    /**
     * Networks that find text; see {@link TextScorer}.
     *
     * @param detection name of the ONNX file that finds lines
     * @param direction of the one that finds lines upside down; null for none
     * @param recognition of the one that reads them
     */
    record Ocr(
            String detection,
            @Nullable String direction,
            String recognition,
            @Flattened Reading reading) {}

    /**
     * The bounds of reading.
     *
     * @param minConfidence with which a line is read that counts as text
     * @param maxLines largest number of lines that are read in an image
     */
    record Reading(double minConfidence, int maxLines) {
        /** The defaults: the confidence is RapidOCR's. */
        Reading() {
            this(0.5, 100);
        }

        Reading {
            Checks.between("min-confidence", minConfidence, 0, 1);
            Checks.between("max-lines", maxLines, 1, 1000);
        }
    }

    /** The defaults. */
    ModelFile() {
        this(null, new Input(), new Output(), Map.of(), 16, Duration.ofSeconds(30), null, null);
    }

    ModelFile {
        scores = Collections.unmodifiableMap(
                new LinkedHashMap<>(scores)); // a rejection names the first that is exceeded
        if (ocr != null
                && (file != null || text != null || !input.equals(new Input()) || !output.equals(new Output()))) {
            throw new IllegalArgumentException("ocr: file, input, text and output are those of another kind of model");
        }
        scores.keySet().forEach(name -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "scores: the name \"%s\" is not lower-case letters, digits and single hyphens".formatted(name));
            }
        });
        Checks.between("max-batch", maxBatch, 1, 1024);
        requireAddressable(maxBatch, input);
        Checks.between(
                "time-limit in ms", timeLimit.toMillis(), 1, Duration.ofHours(1).toMillis());
    }

    private static void requireAddressable(int maxBatch, Input input) {
        long bytes = (long) maxBatch * input.images().elements() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) { // of one buffer
            throw new IllegalArgumentException("max-batch %d: images of input.size %d are %d bytes, more than %d"
                    .formatted(maxBatch, input.size(), bytes, Integer.MAX_VALUE));
        }
    }
}
