package dev.latentstream.trainer;

import dev.latentstream.runtime.Folders;
import dev.latentstream.runtime.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The checkpoints of a run: folders {@code step-00000300}, each complete or absent; and the names of the files beside them. */
public final class Checkpoints {
    private static final String FOLDER = "checkpoints";
    private static final String SAMPLES = "samples";
    private static final String PREFIX = "step-";
    private static final String UNFINISHED = ".part";
    private static final Pattern GRID = Pattern.compile(PREFIX + "(\\d{8,18})\\.png");

    private final Path folder;
    private final int keep;

    /**
     * The checkpoints of a folder, which need not exist yet.
     *
     * @param keep newest checkpoints that are kept
     */
    Checkpoints(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /** The checkpoints in the folder of a run. */
    static Checkpoints of(Path runFolder, int keep) {
        return new Checkpoints(runFolder.resolve(FOLDER), keep);
    }

    /** Returns the newest checkpoint in the folder of a run. */
    public static Optional<Path> latest(Path runFolder) throws IOException {
        return of(runFolder, 1).latest();
    }

    /** Returns the step at which a checkpoint was written. */
    public static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
    }

    /** The sample grid of a step, which need not exist. */
    public static Path samples(Path runFolder, long step) {
        return samples(runFolder).resolve(name(step) + ".png");
    }

    /** Returns the sample grids in the folder of a run, by step. */
    public static NavigableMap<Long, Path> allSamples(Path runFolder) throws IOException {
        NavigableMap<Long, Path> grids = new TreeMap<>();
        if (Files.isDirectory(samples(runFolder))) {
            try (Stream<Path> files = Files.list(samples(runFolder))) {
                files.forEach(file -> {
                    Matcher name = GRID.matcher(file.getFileName().toString());
                    if (name.matches()) {
                        grids.put(Long.parseLong(name.group(1)), file);
                    }
                });
            }
        }
        return grids;
    }

    static Path samples(Path runFolder) {
        return runFolder.resolve(SAMPLES);
    }

    static String name(long step) {
        return PREFIX + "%08d".formatted(step);
    }

    /** A writer of a checkpoint's files. */
    interface Content {
        void write(Path folder) throws IOException;
    }

    /** Returns the newest checkpoint. */
    Optional<Path> latest() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /**
     * Returns the checkpoint to resume from, after comparing its files with their checksums.
     *
     * @param from its step; 0 for the newest
     * @throws IOException if it is damaged; the message names the newest one before it that is not
     */
    Optional<Path> resumable(long from) throws IOException {
        List<Path> all = all();
        Optional<Path> chosen = from == 0
                ? all.stream().reduce((older, newer) -> newer)
                : all.stream().filter(path -> step(path) == from).findFirst();
        if (chosen.isEmpty() && from > 0) {
            throw new IllegalArgumentException("no checkpoint of step %d in %s; there are those of steps %s"
                    .formatted(
                            from,
                            folder,
                            Names.listed(all.stream()
                                    .map(path -> Long.toString(step(path)))
                                    .toList())));
        }
        if (chosen.isPresent()) {
            Optional<String> damage = Checksums.damage(chosen.get());
            if (damage.isPresent()) {
                throw new IOException("the checkpoint %s is damaged: %s; %s"
                        .formatted(chosen.get(), damage.get(), remedy(all, step(chosen.get()))));
            }
        }
        return chosen;
    }

    private static String remedy(List<Path> all, long damaged) throws IOException {
        for (int i = all.size() - 1; i >= 0; i--) {
            long step = step(all.get(i));
            if (step < damaged && Checksums.damage(all.get(i)).isEmpty()) {
                return "the newest whole one before it is that of step %d: train --from %d continues from there"
                        .formatted(step, step);
            }
        }
        return "no earlier one is whole";
    }

    /**
     * Writes a checkpoint with its checksums to a temporary folder and renames that once it is complete. Then deletes the oldest ones, and
     * those of later steps, which a run has that went back to an earlier checkpoint.
     */
    Path write(long step, Content content) throws IOException {
        Path checkpoint = folder.resolve(name(step));
        Path unfinished = folder.resolve(name(step) + UNFINISHED);
        Folders.delete(unfinished);
        Files.createDirectories(unfinished);
        content.write(unfinished);
        Checksums.write(unfinished);
        Folders.delete(checkpoint);
        Files.move(unfinished, checkpoint, StandardCopyOption.ATOMIC_MOVE);
        List<Path> all = all();
        int last = all.indexOf(checkpoint);
        for (Path later : all.subList(last + 1, all.size())) {
            Folders.delete(later);
        }
        for (Path old : all.subList(0, Math.max(0, last + 1 - keep))) {
            Folders.delete(old);
        }
        return checkpoint;
    }

    private List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(p -> p.getFileName().toString().matches(PREFIX + "\\d{8,18}"))
                    .sorted(Comparator.comparingInt(
                                    (Path p) -> p.getFileName().toString().length())
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }
}
