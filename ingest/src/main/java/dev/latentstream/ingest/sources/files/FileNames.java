package dev.latentstream.ingest.sources.files;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Classifies files of folders and members of shards by their names. */
public final class FileNames {
    /** WebDataset's and those of trainers, in the order in which texts of one image are taken. */
    private static final List<String> TEXTS = List.of("txt", "text", "caption", "captions", "cap", "transcript");

    private static final Set<String> JSONS = Set.of("json", "jsn");

    /** WebDataset's for whole numbers, such as the class of the image. */
    private static final Set<String> NUMBERS = Set.of("cls", "cls2", "class", "count", "index", "inx", "id");

    /** Folders of thumbnails and removed files, written by file managers, cameras and network storage. */
    private static final Set<String> CLUTTER =
            Set.of("__MACOSX", "@eaDir", "@Recycle", "#recycle", "$RECYCLE.BIN", "lost+found");

    private FileNames() {}

    /** Returns the part after the last dot, in lower case; empty if there is none. */
    public static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /** Returns the name without its extension. */
    public static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Returns the position of a text's extension in the order of texts, attributes last; negative for other files. */
    public static int textRank(String name) {
        String extension = extension(name);
        return isAttributes(name) ? TEXTS.size() : TEXTS.indexOf(extension);
    }

    /** Returns whether a file has attributes of an image. */
    public static boolean isAttributes(String name) {
        return isJson(name) || isNumber(name);
    }

    public static boolean isNumber(String name) {
        return NUMBERS.contains(extension(name));
    }

    public static boolean isJson(String name) {
        return JSONS.contains(extension(name));
    }

    /** Returns the kind of a file or folder that no one means to be an image: hidden, or of a known name. */
    public static Optional<String> clutter(String name) {
        if (name.startsWith("._")) {
            return Optional.of("._*"); // AppleDouble: macOS's attributes of the file without this prefix
        }
        if (name.equals(".thumbnails") || CLUTTER.contains(name)) {
            return Optional.of(name);
        }
        boolean hidden = name.startsWith(".") && !name.equals(".") && !name.equals("..");
        return hidden ? Optional.of("hidden") : Optional.empty();
    }
}
