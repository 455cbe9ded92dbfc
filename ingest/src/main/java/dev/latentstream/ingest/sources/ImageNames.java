package dev.latentstream.ingest.sources;

import java.util.Locale;
import java.util.Set;

/** Tells by its name what a file of a source is. */
final class ImageNames {
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff");

    private ImageNames() {}

    static boolean isImage(String name) {
        return ENDINGS.contains(ending(name));
    }

    /** What stands behind the last dot, in lower case; empty where there is none. */
    static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
