package dev.latentstream.trainer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The checkpoints of a run: folders {@code step-00000300}, each whole or not there. */
final class Checkpoints {
    private static final String NAME = "step-%08d";
    private static final String UNFINISHED = ".part";

    private final Path folder;
    private final int keep;

    /** Keeps the last few checkpoints in a folder, which need not exist yet. */
    Checkpoints(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /** What fills a checkpoint's folder. */
    interface Content {
        void write(Path folder) throws IOException;
    }

    /** The newest one. */
    Optional<Path> latest() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Writes one beside the others, moves it to its name when it is complete, and deletes the oldest. */
    Path write(long step, Content content) throws IOException {
        Path checkpoint = folder.resolve(NAME.formatted(step));
        Path unfinished = folder.resolve(NAME.formatted(step) + UNFINISHED);
        delete(unfinished);
        Files.createDirectories(unfinished);
        content.write(unfinished);
        delete(checkpoint);
        Files.move(unfinished, checkpoint, StandardCopyOption.ATOMIC_MOVE);
        List<Path> all = all();
        for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
            delete(old);
        }
        return checkpoint;
    }

    private List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(p -> p.getFileName().toString().matches("step-\\d{8,18}"))
                    .sorted(Comparator.comparingInt(
                                    (Path p) -> p.getFileName().toString().length())
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
