package dev.latentstream.ingest.sources;

import java.util.Locale;
import java.util.Set;

/** Classifies the files of a source by their names. */
final class ImageNames {
    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff");

    private ImageNames() {}

    static boolean isImage(String name) {
        return EXTENSIONS.contains(extension(name));
    }

    /** Returns the part after the last dot, in lower case; empty if there is none. */
    static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
