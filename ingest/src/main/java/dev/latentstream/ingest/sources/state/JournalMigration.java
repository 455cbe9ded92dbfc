package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.DeliveredItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal of a source that an earlier version kept on this machine, once: a line for each item, of its URI, the image id, and
 * hashes of its stamp and of its texts. Of several lines with one URI the last counts.
 */
public final class JournalMigration {
    private static final Logger LOG = LoggerFactory.getLogger(JournalMigration.class);
    private static final int BATCH = 1_000; // items of a transaction
    private static final int FIELDS = 4;

    private JournalMigration() {}

    /** Adds the items of a journal, if there is one, unless the log has them, and renames it. */
    public static void run(Path journal, SourceLog log) throws IOException {
        if (!Files.exists(journal)) {
            return;
        }
        long before = log.items();
        Map<String, DeliveredItem> items = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(journal, StandardCharsets.UTF_8)) {
            boolean first = before == 0; // else the log is newer
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String[] fields = each.next().split("\t", -1);
                String uri = unescaped(fields[0]);
                if (first || log.item(uri).isEmpty()) {
                    items.put(uri, item(fields));
                }
                if (items.size() == BATCH || !each.hasNext()) {
                    log.commit(new SourceBatch(List.of(), items, 0, 0, Optional.empty()), Map.of());
                    items.clear();
                }
            }
        }
        log.settle();
        Files.move(
                journal,
                journal.resolveSibling(journal.getFileName() + ".migrated"),
                StandardCopyOption.REPLACE_EXISTING);
        LOG.atInfo().log("{} items of the journal {} are in source-items now", log.items() - before, journal);
    }

    private static DeliveredItem item(String[] fields) {
        return fields.length == FIELDS
                ? new DeliveredItem(fields[1], stamp(fields[2]), hash(fields[3]), null)
                : new DeliveredItem(null, ItemHash.of(""), 0L, null); // of a version that recorded only URIs
    }

    private static @Nullable Long stamp(String field) {
        return field.equals("?") ? null : hash(field); // of files that could not all be read
    }

    private static long hash(String hex) {
        return Long.parseUnsignedLong(hex, 16);
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
