package dev.latentstream.ingest.optout;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.Threads;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that opted out, by their id, their URL, or a domain that their URL is of.
 *
 * <p>A file that changed is read again in the background, once it stays as it is, so that one that is still being written is not taken for a
 * shorter list. If it cannot be read the earlier entries stay in force: a list never becomes empty by accident. Thread-safe.
 */
public final class OptOutLists {
    private static final Logger LOG = LoggerFactory.getLogger(OptOutLists.class);
    private static final ThreadFactory RELOADS = Threads.daemons("opt-out-lists");

    /** The attributes in which lists and shards have where an image is from. */
    private static final List<String> LOCATIONS = List.of("url", "image_url", "original_url", "page_url");

    private final OptOutSettings settings;
    private final LongSupplier nanoTime;
    private final AtomicLong nextLook;
    private volatile OptOutEntries entries;
    private List<Stamp> read;
    private List<Stamp> seen;

    /** The attributes of a file that change with it. */
    private record Stamp(Path file, long bytes, FileTime modified) {}

    private OptOutLists(OptOutSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.nextLook =
                new AtomicLong(nanoTime.getAsLong() + settings.reloadEvery().toNanos());
        this.read = stamps();
        this.seen = read;
        this.entries = load();
    }

    /**
     * Reads all files.
     *
     * @throws UncheckedIOException if one cannot be read
     * @throws IllegalArgumentException if they have more entries than their bound
     */
    public static OptOutLists open(OptOutSettings settings) {
        return open(settings, System::nanoTime);
    }

    static OptOutLists open(OptOutSettings settings, LongSupplier nanoTime) {
        return new OptOutLists(settings, nanoTime);
    }

    /** Returns lists that name nothing. */
    public static OptOutLists none() {
        return open(new OptOutSettings());
    }

    /** Returns why an image must not be used; empty if no list names it. */
    public Optional<Refusal> refusal(String imageId, String uri, Map<String, String> attributes) {
        if (settings.files().isEmpty()) {
            return Optional.empty();
        }
        Stream<OptOutKey> locations = Stream.concat(
                        Stream.of(uri), LOCATIONS.stream().map(name -> attributes.getOrDefault(name, "")))
                .distinct()
                .flatMap(location -> OptOutKey.ofLocation(location).stream());
        return first(Stream.concat(Stream.of(OptOutKey.id(imageId)), locations));
    }

    /** Returns why a URL must not be fetched; empty if no list names it. */
    public Optional<Refusal> refusal(String url) {
        return settings.files().isEmpty() ? Optional.empty() : first(OptOutKey.ofLocation(url).stream());
    }

    private Optional<Refusal> first(Stream<OptOutKey> keys) {
        look();
        OptOutEntries inForce = entries;
        return keys.filter(key -> inForce.contains(key.hash()))
                .findFirst()
                .map(key -> new Refusal(
                        RejectionReason.OPTED_OUT,
                        key.kind() + " " + key.name(),
                        "not in an opt-out list",
                        "an opt-out list names the %s %s".formatted(key.kind(), key.name())));
    }

    /** Looks at the files if it is time, at most one thread at once. */
    private void look() {
        long now = nanoTime.getAsLong();
        long due = nextLook.get();
        if (now - due >= 0
                && nextLook.compareAndSet(due, now + settings.reloadEvery().toNanos())) {
            RELOADS.newThread(this::reload).start();
        }
    }

    /** Reads the files again if they changed and stayed the same since the last look. */
    synchronized void reload() {
        try {
            List<Stamp> now = stamps();
            boolean settled = now.equals(seen);
            seen = now;
            if (settled && !now.equals(read)) {
                entries = load();
                read = now;
            }
        } catch (UncheckedIOException | IllegalArgumentException refused) {
            LOG.warn(
                    "the opt-out lists were not read again, the earlier entries stay in force: {}",
                    refused.getMessage());
        }
    }

    private OptOutEntries load() {
        OptOutEntries.Builder builder = new OptOutEntries.Builder(settings.maxEntries());
        for (Path file : settings.files()) {
            OptOutFile list = new OptOutFile(file, builder::add);
            try {
                list.read();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(
                        "cannot read the opt-out list %s: %s".formatted(file, unreadable.getMessage()), unreadable);
            }
            list.firstUnreadable()
                    .ifPresent(first -> LOG.warn(
                            "opt-out lists: {} entries are no id, URL or domain; the first is {}",
                            list.unreadable(),
                            first));
        }
        OptOutEntries loaded = builder.build();
        if (!settings.files().isEmpty()) {
            LOG.info(
                    "opt-out lists: {} entries of {} files",
                    loaded.size(),
                    settings.files().size());
        }
        return loaded;
    }

    private List<Stamp> stamps() {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : settings.files()) {
            try {
                stamps.add(new Stamp(file, Files.size(file), Files.getLastModifiedTime(file)));
            } catch (IOException absent) {
                throw new UncheckedIOException(
                        "cannot read the opt-out list %s: %s".formatted(file, absent.getMessage()), absent);
            }
        }
        return stamps;
    }
}
