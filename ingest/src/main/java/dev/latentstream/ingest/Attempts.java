package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.AtomicFile;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Records, in files that outlive the process, which image is being decoded, and which images the process died of: an image that ended
 * it twice is not decoded a third time. An abandoned decoding counts like a death. Not thread-safe.
 *
 * <p>The id of the current image is written into mapped memory before its decoding and erased after it. The operating system keeps
 * what was written when the process is killed; the state stores of the stage would not, since they are part of its transaction. An
 * image that was being decoded when the process died is decoded alone the next time, so that a second death has no other cause.
 */
final class Attempts {
    /** Failures after which an image is set aside. */
    static final int MAX_FAILURES = 2;

    private static final int ID_CHARS = 64;
    private static final byte[] NO_ID = " ".repeat(ID_CHARS).getBytes(StandardCharsets.US_ASCII);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{" + ID_CHARS + "}");
    private static final Pattern FAILURE = Pattern.compile("([0-9a-f]{" + ID_CHARS + "}) (\\d{1,4})");

    private final DecoderThreads threads;
    private final Path failuresFile;
    private final MappedByteBuffer current;
    private final Map<String, Integer> failures;

    private Attempts(
            DecoderThreads threads, Path failuresFile, MappedByteBuffer current, Map<String, Integer> failures) {
        this.threads = threads;
        this.failuresFile = failuresFile;
        this.current = current;
        this.failures = failures;
    }

    /**
     * Opens the record of one task, and adds the image that was being decoded when its last process died.
     *
     * @param folder created if it is missing
     * @param task part of the file names
     */
    static Attempts open(Path folder, String task, DecoderThreads threads) {
        try {
            Files.createDirectories(folder);
            Path failuresFile = folder.resolve(task + ".failures");
            Attempts attempts =
                    new Attempts(threads, failuresFile, map(folder.resolve(task + ".current")), read(failuresFile));
            attempts.recordDeath();
            return attempts;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record attempts in %s: %s".formatted(folder, e), e);
        }
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) != ID_CHARS) {
            Files.write(
                    file, NO_ID); // allocates the bytes: a full disk fails here and not at a write into mapped memory
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, ID_CHARS);
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

    private void recordDeath() {
        byte[] id = new byte[ID_CHARS];
        current.get(0, id);
        String imageId = new String(id, StandardCharsets.US_ASCII);
        if (!Arrays.equals(id, NO_ID) && ID.matcher(imageId).matches()) {
            recordFailure(imageId);
        }
        current.put(0, NO_ID);
    }

    private void recordFailure(String imageId) {
        failures.merge(imageId, 1, Integer::sum);
        write();
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

    /** Decodes an image, unless that has failed too often before. */
    Decoded attempt(String imageId, Supplier<Decoded> decoding) {
        int failed = failures.getOrDefault(imageId, 0);
        if (failed >= MAX_FAILURES) {
            return new Refused(new Refusal(
                    RejectionReason.CRASHED,
                    "%d failed attempts".formatted(failed),
                    "%d".formatted(MAX_FAILURES - 1),
                    "decoding it ended the process or its time each time; it is not tried again"));
        }
        Decoded decoded = failed > 0
                ? threads.alone(() -> recorded(imageId, decoding))
                : threads.together(() -> recorded(imageId, decoding));
        if (decoded instanceof Refused refused && refused.refusal().reason() == RejectionReason.TOO_SLOW) {
            recordFailure(imageId);
        } else if (failed > 0) {
            failures.remove(imageId);
            write();
        }
        return decoded;
    }

    private Decoded recorded(String imageId, Supplier<Decoded> decoding) {
        current.put(0, imageId.getBytes(StandardCharsets.US_ASCII));
        try {
            return decoding.get();
        } finally {
            current.put(0, NO_ID); // an exception stops the stage in good order
        }
    }
}
