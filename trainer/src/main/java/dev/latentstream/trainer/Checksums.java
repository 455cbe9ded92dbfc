package dev.latentstream.trainer;

import dev.latentstream.runtime.AtomicFile;
import dev.latentstream.schemas.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The checksums of a folder's files, in the file {@code SHA256SUMS} that {@code sha256sum -c} reads. */
final class Checksums {
    private static final String FILE = "SHA256SUMS";
    private static final String SEPARATOR = "  ";

    private Checksums() {}

    /** Writes the checksums of all files in a folder and its subfolders. */
    static void write(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String file : files(folder)) {
            text.append(sha256(folder.resolve(file)))
                    .append(SEPARATOR)
                    .append(file)
                    .append('\n');
        }
        Path unused = AtomicFile.write(folder.resolve(FILE), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns why a folder is not as it was written; empty if it is. */
    static Optional<String> damage(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.of("it has no " + FILE);
        }
        SortedMap<String, String> expected = new TreeMap<>();
        // Whatever its bytes: they may be damaged, too.
        String sums = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String line : sums.lines().toList()) {
            int separator = line.indexOf(SEPARATOR);
            if (separator < 0) {
                return Optional.of("%s has the line \"%s\"".formatted(FILE, line));
            }
            expected.put(line.substring(separator + SEPARATOR.length()), line.substring(0, separator));
        }
        List<String> present = files(folder);
        for (String name : present) {
            if (!expected.containsKey(name)) {
                return Optional.of("%s has no line for %s".formatted(FILE, name));
            }
        }
        for (var entry : expected.entrySet()) {
            if (!present.contains(entry.getKey())) {
                return Optional.of("%s is missing".formatted(entry.getKey()));
            }
            String found = sha256(folder.resolve(entry.getKey()));
            if (!found.equals(entry.getValue())) {
                return Optional.of("%s has the SHA-256 %s, not %s".formatted(entry.getKey(), found, entry.getValue()));
            }
        }
        return Optional.empty();
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> Files.isRegularFile(path) && !path.equals(folder.resolve(FILE)))
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file);
                DigestInputStream hashed = new DigestInputStream(bytes, Sha256.digest())) {
            byte[] buffer = new byte[1 << 16];
            while (hashed.read(buffer) >= 0) {
                // the digest is what counts
            }
            return Sha256.hex(hashed.getMessageDigest());
        }
    }
}
