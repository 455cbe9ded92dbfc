package dev.latentstream.app.source;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.SceneImageSource;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.scenes.SceneSource.Range;
import java.nio.file.Path;
import java.util.Locale;

/** The sources that commands make, and what they call those that were given no name. */
public final class SourceChoice {
    public static final String SCENES = "scenes";
    public static final String TAR = "tar";

    private static final int LONGEST_NAME = 100;

    private SourceChoice() {}

    /** The folder's own name, with hyphens for what no topic may be called. */
    public static String nameOf(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = last == null
                ? ""
                : last.toString()
                        .replaceAll("[^a-zA-Z0-9]+", "-")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("^-|-$", "");
        return name.isEmpty() ? "images" : name.substring(0, Math.min(LONGEST_NAME, name.length()));
    }

    /**
     * A source of drawn scenes.
     *
     * @param objects at most in a scene
     */
    public static ImageSource scenes(String name, long seed, long end, int objects, int size) {
        return new SceneImageSource(
                name, new Range(seed, 0, end), SceneLimits.all().withObjects(1, objects), size);
    }
}
