package dev.latentstream.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks of paths that a person gave. */
public final class Paths {
    private Paths() {}

    /** Returns a folder that can be read. */
    public static Path requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new Failure(folder + " is not a folder; check the path");
        }
        if (!Files.isReadable(folder)) {
            throw new Failure(folder + " may not be read; check its permissions");
        }
        return folder;
    }

    /** Returns a file that can be read. */
    public static Path requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new Failure(file + " is not a file; check the path");
        }
        if (!Files.isReadable(file)) {
            throw new Failure(file + " may not be read; check its permissions");
        }
        return file;
    }
}
