package dev.latentstream.ingest.sources;

import dev.latentstream.schemas.Sha256;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The items of a source that the cluster has acknowledged: a text file with one line per item, of its URI, the image id, and hashes of
 * its stamp and of its texts. Of several lines with one URI the last counts.
 *
 * <p>A line is written after its acknowledgement, and the file is flushed at each progress report, so that after a crash the last
 * few images are sent again. They have the same keys and bytes, and ingest deduplicates them.
 */
final class Journal implements Known, AutoCloseable {
    private final Map<String, Entry> entries;
    private final @Nullable BufferedWriter out;
    private final boolean again;

    /**
     * What was sent under a URI.
     *
     * @param imageId empty if the line is of a version that did not record it
     */
    private record Entry(String imageId, String stamp, String contents) {}

    private Journal(Map<String, Entry> entries, @Nullable BufferedWriter out, boolean again) {
        this.entries = Map.copyOf(entries);
        this.out = out;
        this.again = again;
    }

    /** Returns a journal that records nothing: every run sends everything. */
    static Journal none() {
        return new Journal(Map.of(), null, /* again */ true);
    }

    /**
     * Reads the existing entries and appends to them.
     *
     * @param resend what to do with items that were sent before
     */
    static Journal open(Path file, Resend resend) throws IOException {
        Map<String, Entry> entries = new HashMap<>();
        if (Files.exists(file)) {
            try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
                lines.map(line -> line.split("\t", -1))
                        .forEach(fields -> entries.put(unescaped(fields[0]), entry(fields)));
            }
        } else {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        return new Journal(
                entries,
                Files.newBufferedWriter(
                        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                resend == Resend.ALL);
    }

    private static Entry entry(String[] fields) {
        return fields.length == 4
                ? new Entry(fields[1], fields[2], fields[3])
                : new Entry("", hash(""), ""); // of a version that recorded only URIs
    }

    @Override
    public boolean unchanged(String uri, String stamp) {
        Entry entry = entries.get(uri);
        return !again && entry != null && entry.stamp().equals(hash(stamp));
    }

    /** Returns whether the same image was sent with the same texts, or if its texts could not all be read now, with any. */
    boolean contains(SourceItem.Found found, String imageId) {
        Entry entry = entries.get(found.uri());
        return !again
                && entry != null
                && entry.imageId().equals(imageId)
                && (found.stamp().isEmpty() || entry.contents().equals(contents(found)));
    }

    /** Returns the id of another image that had this URI. */
    Optional<String> replaced(String uri, String imageId) {
        return Optional.ofNullable(entries.get(uri))
                .map(Entry::imageId)
                .filter(earlier -> !earlier.isEmpty() && !earlier.equals(imageId));
    }

    /** Called on the producer's I/O thread. */
    synchronized void add(SourceItem.Found found, String imageId) {
        if (out == null) {
            return;
        }
        try {
            String stamp = found.stamp().map(Journal::hash).orElse("?"); // never equal
            out.write(String.join("\t", escaped(found.uri()), imageId, stamp, contents(found)) + "\n");
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

    private static String contents(SourceItem.Found found) {
        StringBuilder all = new StringBuilder();
        found.texts().forEach(text -> all.append(text.length()).append(':').append(text));
        found.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(attribute -> all.append('\0').append(attribute));
        return hash(all.toString());
    }

    /** Returns 64 bits: enough to tell two versions of one item apart. */
    private static String hash(String text) {
        MessageDigest digest = Sha256.digest();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return Sha256.hex(digest).substring(0, 16);
    }

    private static String escaped(String uri) {
        return uri.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    private static String unescaped(String uri) {
        if (uri.indexOf('\\') < 0) {
            return uri;
        }
        StringBuilder text = new StringBuilder(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '\\' && i + 1 < uri.length()) {
                c = switch (uri.charAt(++i)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> uri.charAt(i);
                };
            }
            text.append(c);
        }
        return text.toString();
    }
}
