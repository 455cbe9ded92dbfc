package dev.latentstream.ingest.sources;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The URIs of a source that the cluster has acknowledged: a text file with one URI per line.
 *
 * <p>A URI is written after its acknowledgement, and the file is flushed at each progress report, so that after a crash the last
 * few images are sent again. They have the same keys and bytes, and ingest deduplicates them.
 */
final class Journal implements AutoCloseable {
    private final Set<String> done;
    private final @Nullable BufferedWriter out;

    private Journal(Set<String> done, @Nullable BufferedWriter out) {
        this.done = done;
        this.out = out;
    }

    /** Returns a journal that records nothing: every run sends everything. */
    static Journal none() {
        return new Journal(Set.of(), null);
    }

    /** Reads the existing entries and appends to them. */
    static Journal open(Path file) throws IOException {
        Set<String> done = ConcurrentHashMap.newKeySet();
        if (Files.exists(file)) {
            try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
                done.addAll(lines.collect(Collectors.toCollection(HashSet::new)));
            }
        } else {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        return new Journal(
                done,
                Files.newBufferedWriter(
                        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    boolean contains(String uri) {
        return done.contains(uri);
    }

    /** Called on the producer's I/O thread. */
    synchronized void add(String uri) {
        if (out == null) {
            return;
        }
        try {
            out.write(uri.replace('\n', ' '));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void flush() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
