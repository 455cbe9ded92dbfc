package dev.latentstream.app.demo;

import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.TarSource;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.scenes.Scene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The images that a demo streams.
 *
 * @param scenes number of scenes to draw; null for 1,000 if there is no other source, else none
 * @param objects maximum number of objects in a scene
 */
record DemoInput(
        List<Path> folders, List<Path> tars, @Nullable Long scenes, int objects) {
    /** So many that a few hundred steps see no scene too often, yet captioned within minutes on two cores. */
    private static final long DEFAULT_SCENES = 1000;

    /** The built-in filter policy refuses smaller images, in pixels. */
    private static final int MIN_SCENE_SIDE = 64;

    DemoInput {
        folders = List.copyOf(folders);
        tars = List.copyOf(tars);
        if (scenes != null) {
            Checks.atLeast("scenes", scenes, 0);
        }
        Checks.between("objects", objects, 1, Scene.MOST_OBJECTS);
    }

    /**
     * Opens the sources, each under a name of its own.
     *
     * @param resolution side of the encoded squares, in pixels; scenes are drawn at least as large
     * @param seed of the scenes
     */
    List<ImageSource> sources(int resolution, long seed) throws IOException {
        List<ImageSource> sources = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int maxBytes = new IngestSettings().bounds().maxImageBytes();
        for (Path folder : folders) {
            sources.add(new FolderSource(
                    unique(SourceChoice.nameOf(folder), names), folder, ImageExtensions.USUAL, maxBytes));
        }
        if (!tars.isEmpty()) {
            sources.add(new TarSource(unique(SourceChoice.TAR, names), tars, ImageExtensions.USUAL, maxBytes));
        }
        long drawn = scenes != null ? scenes : sources.isEmpty() ? DEFAULT_SCENES : 0;
        if (drawn > 0) {
            int side = Math.max(resolution, MIN_SCENE_SIDE);
            sources.add(SourceChoice.scenes(unique(SourceChoice.SCENES, names), seed, drawn, objects, side));
        }
        return sources;
    }

    private static String unique(String name, Set<String> taken) {
        String free = name;
        for (int suffix = 2; !taken.add(free); suffix++) {
            free = name + "-" + suffix;
        }
        return free;
    }
}
