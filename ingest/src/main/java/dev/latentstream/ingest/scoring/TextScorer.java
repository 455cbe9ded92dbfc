package dev.latentstream.ingest.scoring;

import ai.djl.Device;
import dev.latentstream.models.ocr.TextSpotter;
import dev.latentstream.runtime.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Scores of the text that is seen in images, such as captions and watermarks: rules over {@code output(area)}, the share of the image that
 * legible lines cover, {@code output(confidence)}, with which the most legible one is read, and {@code output(lines)}, their number.
 */
final class TextScorer implements ImageScorer {
    /** The rules of a folder without rules. */
    static final Map<String, String> SCORES = Collections.unmodifiableMap(
            new TreeMap<>(Map.of("text-area", "output(area)", "text-confidence", "output(confidence)")));

    private static final List<String> OUTPUTS = List.of("area", "confidence", "lines");

    private final ModelFolder model;
    private final String id;
    private final TextSpotter spotter;

    private TextScorer(ModelFolder model, String id, TextSpotter spotter) {
        this.model = model;
        this.id = id;
        this.spotter = spotter;
    }

    /**
     * Loads the networks of a folder.
     *
     * @param threads of one run; 0 for one per core
     * @throws SettingsException that names the file, value and bound
     */
    static TextScorer open(ModelFolder model, ModelFile.Ocr ocr, Device device, int threads) throws IOException {
        model.rules().forEach((name, rule) -> rule.outputNames().forEach(output -> {
            if (!OUTPUTS.contains(output)) {
                throw new SettingsException(
                        "%s: scores.%s: there is no output %s but %s".formatted(model.folder(), name, output, OUTPUTS));
            }
        }));
        @Nullable String direction = ocr.direction();
        @Nullable Path turning = direction == null ? null : model.file("ocr.direction", direction);
        TextSpotter.Files files = new TextSpotter.Files(
                model.file("ocr.detection", ocr.detection()),
                turning,
                model.file("ocr.recognition", ocr.recognition()));
        TextSpotter.Bounds bounds = new TextSpotter.Bounds(
                ocr.reading().minConfidence(),
                ocr.reading().maxLines(),
                model.settings().timeLimit());
        String id = FolderHash.of(model.folder());
        return new TextScorer(model, id, TextSpotter.open(model.name(), files, bounds, device, threads));
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Map<String, Optional<ScoreBound>> scores() {
        return model.bounds();
    }

    /** One: images have different sizes, and their text is found one by one. */
    @Override
    public int maxBatch() {
        return 1;
    }

    @Override
    public List<Map<String, Double>> score(List<Input> images) {
        List<Map<String, Double>> all = new ArrayList<>();
        for (Input image : images) {
            Values values = new Values(spotter.find(image.image()));
            Map<String, Double> scores = new LinkedHashMap<>();
            model.rules().forEach((name, rule) -> scores.put(name, rule.value(values)));
            all.add(scores);
        }
        return all;
    }

    @Override
    public void close() {
        spotter.close();
    }

    private record Values(TextSpotter.Found found) implements ScoreRule.Values {
        @Override
        public double probability(int label) {
            throw new IllegalStateException("no labels");
        }

        @Override
        public double output(String name, int index) {
            if (index != 0) {
                throw new IllegalStateException("output(%s) has one element, none at %d".formatted(name, index));
            }
            return switch (name) {
                case "area" -> found.area();
                case "confidence" -> found.confidence();
                case "lines" -> found.lines();
                default -> throw new IllegalStateException("no output " + name);
            };
        }

        @Override
        public float[] vector(String name) {
            throw new IllegalStateException("output(%s) is a number and has no cosine".formatted(name));
        }
    }
}
