package dev.latentstream.app;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.SceneImageSource;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.scenes.SceneSource.Range;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the commands call sources that were given no name, and what they ask of paths. */
final class SourceChoice {
    static final String SCENES = "scenes";
    static final String TAR = "tar";

    private static final int LONGEST_NAME = 100;

    private SourceChoice() {}

    /** The folder's own name, with hyphens for what no topic may be called. */
    static String nameOf(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = last == null
                ? ""
                : last.toString()
                        .replaceAll("[^a-zA-Z0-9]+", "-")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("^-|-$", "");
        return name.isEmpty() ? "images" : name.substring(0, Math.min(LONGEST_NAME, name.length()));
    }

    /** @param objects at most in a scene */
    static ImageSource scenes(String name, long seed, long end, int objects, int size) {
        return new SceneImageSource(
                name, new Range(seed, 0, end), SceneLimits.all().withObjects(1, objects), size);
    }

    static Path requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new Failure(folder + " is not a folder; check the path");
        }
        if (!Files.isReadable(folder)) {
            throw new Failure(folder + " may not be read; check its permissions");
        }
        return folder;
    }

    static Path requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new Failure(file + " is not a file; check the path");
        }
        if (!Files.isReadable(file)) {
            throw new Failure(file + " may not be read; check its permissions");
        }
        return file;
    }
}
