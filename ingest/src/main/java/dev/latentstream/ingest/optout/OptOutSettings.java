package dev.latentstream.ingest.optout;

import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of opt-out lists.
 *
 * @param files texts or CSV files, plain or gzipped, with image ids, URLs and domains
 * @param reloadEvery how often the files are looked at; one that changed is read again once it stays the same for as long
 * @param maxEntries bound of all entries together, 8 bytes each, and twice as much while they are read again
 */
public record OptOutSettings(List<Path> files, Duration reloadEvery, int maxEntries) {
    /** The defaults. */
    public OptOutSettings() {
        this(List.of(), Duration.ofSeconds(30), 50_000_000);
    }

    public OptOutSettings {
        Checks.positive("reload-every", reloadEvery);
        Checks.between("max-entries", maxEntries, 1, 1_000_000_000);
        files = List.copyOf(files);
    }
}
