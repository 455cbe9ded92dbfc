package dev.latentstream.app.source;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.SceneImageSource;
import dev.latentstream.scenes.SceneLimits;
import java.nio.file.Path;
import java.util.Locale;

/** Creates the sources of commands, and names those without a given name. */
public final class SourceChoice {
    public static final String SCENES = "scenes";
    public static final String TAR = "tar";

    private static final int MAX_NAME = 100;

    private SourceChoice() {}

    /** Returns the name of a folder, with hyphens in place of characters that a topic name cannot have. */
    public static String nameOf(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return nameOf(last == null ? "" : last.toString());
    }

    static String nameOf(String last) {
        String name =
                last.replaceAll("[^a-zA-Z0-9]+", "-").toLowerCase(Locale.ROOT).replaceAll("^-|-$", "");
        return name.isEmpty() ? "images" : name.substring(0, Math.min(MAX_NAME, name.length()));
    }

    /**
     * Creates a source of drawn scenes.
     *
     * @param objects maximum number of objects in a scene
     */
    public static ImageSource scenes(String name, long seed, long end, int objects, int size) {
        return new SceneImageSource(name, seed, end, SceneLimits.all().withObjects(1, objects), size);
    }
}
