package dev.latentstream.ingest.sources.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** Tells a changed file from one that is the same, without reading it. */
public final class Stamp {
    private Stamp() {}

    /**
     * Returns the size and the time of the last change.
     *
     * @throws IOException if it is not a regular file: opening a pipe waits for a writer, perhaps for ever
     */
    public static String of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException("not a regular file");
        }
        return attributes.size() + "@" + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }
}
