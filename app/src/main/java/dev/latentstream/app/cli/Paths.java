package dev.latentstream.app.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks of the paths in options. */
public final class Paths {
    private Paths() {}

    /** Requires a readable folder. */
    public static Path requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new Failure(folder + " is not a folder; check the path");
        }
        if (!Files.isReadable(folder)) {
            throw new Failure(folder + " cannot be read; check its permissions");
        }
        return folder;
    }

    /** Requires a readable file. */
    public static Path requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new Failure(file + " is not a file; check the path");
        }
        if (!Files.isReadable(file)) {
            throw new Failure(file + " cannot be read; check its permissions");
        }
        return file;
    }

    /** Returns the lines of a text in UTF-8 without its byte order mark. The text may come through a pipe. */
    public static List<String> lines(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new Failure(file + " is a folder; check the path");
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            return lines.stream().map(line -> line.replace("\ufeff", "")).toList();
        } catch (CharacterCodingException binary) {
            throw new Failure(file + " is not UTF-8", binary);
        }
    }
}
