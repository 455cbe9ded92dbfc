package dev.latentstream.ingest.sources;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Decides by their names which files are images, and which member of a sample is its image. */
public final class ImageExtensions {
    /** The usual extensions, none preferred; a name with one dot precedes one with more, such as {@code 0001.depth.png}. */
    public static final ImageExtensions USUAL = new ImageExtensions(
            List.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff"), true);

    private static final Pattern VALID = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private final List<String> extensions;
    private final boolean usual;

    private ImageExtensions(List<String> extensions, boolean usual) {
        this.extensions = extensions;
        this.usual = usual;
    }

    /** Returns a choice of these extensions, such as {@code jpg} or {@code seg.png}, the most preferred first. */
    public static ImageExtensions of(List<String> extensions) {
        List<String> lower = extensions.stream()
                .map(extension -> extension.strip().toLowerCase(Locale.ROOT))
                .toList();
        for (String extension : lower) {
            if (!VALID.matcher(extension).matches()) {
                throw new IllegalArgumentException(
                        "image extension \"%s\" is not one such as jpg or seg.png".formatted(extension));
            }
        }
        return new ImageExtensions(lower, false);
    }

    /** Returns whether a file of a folder is an image. */
    public boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return extensions.stream().anyMatch(extension -> lower.endsWith("." + extension));
    }

    /**
     * Returns the rank of a sample's member among its images, 0 for the most preferred; empty if it is no image.
     *
     * @param extension part of the name after the first dot, in lower case
     */
    OptionalInt rank(String extension) {
        if (usual) {
            int dot = extension.lastIndexOf('.');
            boolean image = extensions.contains(extension.substring(dot + 1));
            return image ? OptionalInt.of(dot < 0 ? 0 : 1) : OptionalInt.empty();
        }
        int index = extensions.indexOf(extension);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    @Override
    public String toString() {
        return usual ? "usual" : String.join(",", extensions);
    }
}
