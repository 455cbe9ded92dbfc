package dev.latentstream.ingest.optout;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file of a list: a text with one entry a line, where {@code #} starts a comment, or a CSV file whose first row names its columns.
 * Memory does not depend on the file.
 */
final class OptOutFile {
    private static final Set<String> COLUMNS =
            Set.of("id", "image_id", "sha256", "hash", "url", "image_url", "img_url", "domain", "host", "hostname");

    /** After an entry it follows white space: a URL has its own {@code #}. */
    private static final Pattern COMMENT = Pattern.compile("\\s#.*");

    private static final int MAX_CHARACTERS = 8192;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final LongConsumer entries;
    private long unreadable;
    private @Nullable String firstUnreadable;

    OptOutFile(Path file, LongConsumer entries) {
        this.file = file;
        this.entries = entries;
    }

    /** @throws IOException if it cannot be read, or has no column of entries */
    void read() throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - ".gz".length()) : name;
        if (!plain.endsWith(".txt") && !plain.endsWith(".csv")) {
            throw new IOException("%s does not end in .txt, .csv, .txt.gz or .csv.gz".formatted(file));
        }
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
                Reader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            if (plain.endsWith(".csv")) {
                csv(reader);
            } else {
                lines(reader);
            }
        }
    }

    /** The number of lines or cells that are neither an id nor a URL nor a domain. */
    long unreadable() {
        return unreadable;
    }

    Optional<String> firstUnreadable() {
        return Optional.ofNullable(firstUnreadable);
    }

    private void lines(Reader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        long number = 1;
        int next = '\n';
        do {
            int previous = next;
            next = reader.read();
            if (next == '\n' || next == '\r' || next < 0) {
                entry(COMMENT.matcher(line).replaceFirst(""), number);
                line.setLength(0);
                number += next == '\n' && previous == '\r' ? 0 : 1;
            } else if (line.length() <= MAX_CHARACTERS) {
                line.append((char) next);
            }
        } while (next >= 0);
    }

    private void csv(Reader reader) throws IOException {
        try (MappingIterator<String[]> rows = new CsvMapper()
                .readerFor(String[].class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .readValues(reader)) {
            List<Integer> columns = columns(rows.hasNextValue() ? rows.nextValue() : new String[0]);
            for (long number = 2; rows.hasNextValue(); number++) {
                String[] row = rows.nextValue();
                for (int column : columns) {
                    entry(column < row.length ? row[column] : "", number);
                }
            }
        }
    }

    private List<Integer> columns(String[] names) throws IOException {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            if (COLUMNS.contains(names[i].replace("\ufeff", "").strip().toLowerCase(Locale.ROOT))) {
                columns.add(i);
            }
        }
        if (columns.isEmpty()) {
            throw new IOException("%s: none of its columns %s is named id, sha256, url or domain"
                    .formatted(file, String.join(", ", names)));
        }
        return columns;
    }

    private void entry(String text, long number) {
        String entry = text.replace("\ufeff", "").strip();
        if (entry.isEmpty() || entry.startsWith("#")) {
            return;
        }
        Optional<OptOutKey> key = entry.length() > MAX_CHARACTERS ? Optional.empty() : OptOutKey.of(entry);
        key.ifPresent(known -> entries.accept(known.hash()));
        if (key.isEmpty()) {
            if (unreadable++ == 0) {
                String shown = entry.length() <= 80 ? entry : entry.substring(0, 80) + "…";
                firstUnreadable = "%s, line %d: \"%s\"".formatted(file, number, shown);
            }
        }
    }
}
