package dev.latentstream.ingest.scoring;

import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.runtime.settings.SettingsReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with ONNX files and their {@code model.yaml}.
 *
 * @param labels of the labelled output
 */
record ModelFolder(Path folder, ModelFile settings, List<String> labels, Map<String, ScoreRule> rules) {
    private static final String SETTINGS = "model.yaml";

    /**
     * Reads a folder without loading its network.
     *
     * @throws SettingsException that names the file, what is wrong in it and what is allowed
     */
    static ModelFolder read(Path folder) {
        Path yaml = folder.resolve(SETTINGS);
        ModelFile settings = SettingsReader.read(yaml, ModelFile.class, Map.of());
        try {
            List<String> labels = labels(folder, settings.output());
            boolean hasRules = settings.ocr() == null || !settings.scores().isEmpty();
            Map<String, ScoreRule> rules = ScoreRule.parseAll(hasRules ? settings.scores() : TextScorer.SCORES, labels);
            if (rules.isEmpty()) {
                throw new IllegalArgumentException(
                        "scores is empty; it needs at least one rule, such as nsfw: p(porn) + p(hentai) > 0.5");
            }
            return new ModelFolder(folder, settings, labels, rules);
        } catch (IOException | IllegalArgumentException wrong) {
            throw new SettingsException("%s: %s".formatted(yaml, wrong.getMessage()), wrong);
        }
    }

    /** The name of the folder. */
    String name() {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }

    /** The scores by name, with the bounds of those that have one, in the order of the file. */
    Map<String, Optional<ScoreBound>> bounds() {
        Map<String, Optional<ScoreBound>> bounds = new LinkedHashMap<>();
        rules.forEach((name, rule) -> bounds.put(name, rule.bound()));
        return bounds;
    }

    /**
     * The file of its only network.
     *
     * @throws SettingsException if there is none, or several and no name
     */
    Path network() {
        @Nullable String file = settings.file();
        if (file != null) {
            return file("file", file);
        }
        try {
            return network(folder);
        } catch (IOException wrong) {
            throw new SettingsException("%s: %s".formatted(folder.resolve(SETTINGS), wrong.getMessage()), wrong);
        }
    }

    /**
     * A file of the folder.
     *
     * @param key of the setting that names it
     * @throws SettingsException if it does not exist
     */
    Path file(String key, String name) {
        try {
            return inside(folder, key, name);
        } catch (IOException wrong) {
            throw new SettingsException("%s: %s".formatted(folder.resolve(SETTINGS), wrong.getMessage()), wrong);
        }
    }

    private static Path network(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> networks = files.filter(path -> path.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
            if (networks.size() != 1) {
                throw new IOException("file is missing, and the folder has %d files that end in .onnx, not 1"
                        .formatted(networks.size()));
            }
            return networks.get(0);
        }
    }

    private static List<String> labels(Path folder, ModelFile.Output output) throws IOException {
        @Nullable String name = output.labelsFile();
        if (name == null) {
            return output.labels();
        }
        try {
            return Files.readAllLines(inside(folder, "output.labels-file", name), StandardCharsets.UTF_8).stream()
                    .map(line -> line.replace("\ufeff", "").strip()) // a byte order mark is no part of a label
                    .toList();
        } catch (MalformedInputException binary) {
            throw new IOException("output.labels-file %s is not UTF-8".formatted(name), binary);
        }
    }

    private static Path inside(Path folder, String key, String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: the folder has no file %s".formatted(key, name));
        }
        return file;
    }
}
