package dev.latentstream.models.weights;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files of a model's folder, whole if they are small, such as its configuration and its vocabulary. */
public final class ModelFiles {
    /** What follows is the place where an unfinished object begins, with a remark on a feature of the parser. */
    private static final String BEGINNING = " (start marker at ";

    /** How a complaint about what follows the first value begins. */
    private static final String TRAILING = "Trailing token ";

    private ModelFiles() {}

    /** The content of a file that is neither a folder nor a pointer of Git LFS; a fault is one message with the file. */
    public static byte[] read(Path path) throws IOException {
        refuseFolder(path);
        try {
            byte[] content = Files.readAllBytes(path);
            GitLfs.refusePointer(path, content);
            return content;
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        }
    }

    /** Refuses a folder, of which the system's own message does not name the path. */
    static void refuseFolder(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException(path + ": a folder, not a file");
        }
    }

    /** Returns what is wrong with a text that is not JSON, without the parser's remarks on its own features. */
    public static String jsonFault(JacksonException broken) {
        String message = broken.getOriginalMessage();
        if (message.startsWith(TRAILING)) {
            return "more than one value";
        }
        int beginning = message.indexOf(BEGINNING);
        return (beginning < 0 ? message : message.substring(0, beginning))
                .replaceAll(", from `[^`]*`", "")
                .replaceAll(": enable `[^`]*` to allow", "");
    }
}
