package dev.latentstream.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records, in files that outlive the process, what is being worked on, and what the process died of. Not thread-safe.
 *
 * <p>The ids of the current work are written into mapped memory before it and erased after it. The operating system keeps what was written
 * when the process is killed, though not when the machine loses power.
 */
public final class AttemptLog implements AutoCloseable {
    private static final int ID_CHARS = 64;
    private static final byte BLANK = ' ';
    private static final Pattern ID = Pattern.compile("[0-9a-f]{" + ID_CHARS + "}");
    private static final Pattern FAILURE = Pattern.compile("([0-9a-f]{" + ID_CHARS + "}) (\\d{1,4})");

    private final Path failuresFile;
    private final MappedByteBuffer current;
    private final Map<String, Integer> failures;

    private @Nullable FileChannel lock;

    private AttemptLog(Path failuresFile, MappedByteBuffer current, Map<String, Integer> failures) {
        this.failuresFile = failuresFile;
        this.current = current;
        this.failures = failures;
    }

    /**
     * Opens the files of one worker, and adds a failure of each id on which it worked when its last process died.
     *
     * @param folder created if it is missing
     * @param worker part of the file names
     * @param most largest number of ids at a time
     */
    public static AttemptLog open(Path folder, String worker, int most) {
        try {
            Files.createDirectories(folder);
            Path failuresFile = folder.resolve(worker + ".failures");
            Path currentFile = folder.resolve(worker + ".current");
            Map<String, Integer> failures = read(failuresFile);
            List<String> interrupted = interrupted(currentFile);
            AttemptLog log = new AttemptLog(failuresFile, map(currentFile, most * ID_CHARS), failures);
            if (!interrupted.isEmpty()) {
                interrupted.forEach(id -> failures.merge(id, 1, Integer::sum));
                log.write();
                log.end();
            }
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record attempts in %s: %s".formatted(folder, e), e);
        }
    }

    /**
     * Opens the files of the first worker of a name that no other process uses; a number is part of their names.
     *
     * @throws IOException if they cannot be written
     */
    public static AttemptLog openFree(Path folder, String worker, int most) throws IOException {
        Files.createDirectories(folder);
        for (int number = 0; ; number++) {
            String name = "%s-%d".formatted(worker, number);
            FileChannel channel = FileChannel.open(
                    folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                AttemptLog log = open(folder, name, most);
                log.lock = channel; // until it is closed, or the process ends in whatever way
                return log;
            }
            channel.close();
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException here) { // another one in this process
            return false;
        }
    }

    private static List<String> interrupted(Path currentFile) throws IOException {
        if (!Files.exists(currentFile)) {
            return List.of();
        }
        String ids = Files.readString(currentFile, StandardCharsets.ISO_8859_1);
        return ID.matcher(ids).results().map(found -> found.group()).toList();
    }

    private static MappedByteBuffer map(Path file, int bytes) throws IOException {
        if (!Files.exists(file) || Files.size(file) < bytes) {
            byte[] blank = new byte[bytes];
            Arrays.fill(blank, BLANK);
            byte[] before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            System.arraycopy(before, 0, blank, 0, before.length);
            Files.write(
                    file, blank); // allocates the bytes: a full disk fails here and not at a write into mapped memory
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, Files.size(file));
        }
    }

    private static Map<String, Integer> read(Path failuresFile) throws IOException {
        Map<String, Integer> failures = new LinkedHashMap<>();
        if (Files.exists(failuresFile)) {
            for (String line : Files.readAllLines(failuresFile)) {
                Matcher failure = FAILURE.matcher(line);
                if (failure.matches()) {
                    failures.put(failure.group(1), Integer.parseInt(failure.group(2)));
                }
            }
        }
        return failures;
    }

    /** Notes that work begins. An id that is not 64 hexadecimal digits is not noted. */
    public void begin(List<String> ids) {
        int at = 0;
        for (String id : ids) {
            if (ID.matcher(id).matches()) {
                current.put(at, id.getBytes(StandardCharsets.US_ASCII));
                at += ID_CHARS;
            }
        }
    }

    /** Notes that the work has ended, in whatever way. */
    public void end() {
        byte[] blank = new byte[current.capacity()];
        Arrays.fill(blank, BLANK);
        current.put(0, blank);
    }

    /** Returns how often work on an id has failed. */
    public int failures(String id) {
        return failures.getOrDefault(id, 0);
    }

    /** Adds a failure. */
    public void fail(String id) {
        failures.merge(id, 1, Integer::sum);
        write();
    }

    /** Forgets the failures of an id. */
    public void forgive(String id) {
        if (failures.remove(id) != null) {
            write();
        }
    }

    /** Lets another process use the files. */
    @Override
    public void close() {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unlock %s: %s".formatted(failuresFile, e), e);
        }
    }

    private void write() {
        String lines = failures.entrySet().stream()
                .map(failure -> failure.getKey() + " " + failure.getValue() + "\n")
                .collect(Collectors.joining());
        try {
            AtomicFile.write(failuresFile, lines.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record attempts in %s: %s".formatted(failuresFile, e), e);
        }
    }
}
