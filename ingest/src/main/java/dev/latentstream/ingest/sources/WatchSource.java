package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.FolderListing.Image;
import dev.latentstream.ingest.sources.FolderWatch.Changes;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;

/**
 * Delivers the images of a folder and those that fall into it later, until it is stopped. A file is taken once it and its texts have not
 * changed for a while; one that was moved in has not, and is taken at once. A text that comes later has its image sent again.
 *
 * <p>The folder may be deleted and recreated. Files that are not images are not reported.
 */
public final class WatchSource implements ImageSource {
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final String name;
    private final Path folder;
    private final ImageExtensions extensions;
    private final int maxImageBytes;
    private final Duration settled;
    private final Clock clock;
    private final FolderReader reader;
    private final FolderWatch watch;
    private final Queue<Image> due = new ArrayDeque<>();
    private final Queue<SourceItem> ready = new ArrayDeque<>();
    private final Map<Path, Look> unsettled = new HashMap<>();

    /** The files of an image when they were first seen as they are. */
    private record Look(Optional<String> stamp, Instant since) {}

    /**
     * Watches a folder, which may not exist yet.
     *
     * @param settled how long the files of an image must not have changed
     */
    public WatchSource(
            String name, Path folder, ImageExtensions extensions, int maxImageBytes, Duration settled, Clock clock)
            throws IOException {
        this.name = name;
        this.folder = folder.toAbsolutePath();
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.settled = settled;
        this.clock = clock;
        this.reader = new FolderReader(maxImageBytes);
        this.watch = new FolderWatch(this.folder);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        return "folder %s, watched".formatted(folder.toAbsolutePath().normalize());
    }

    @Override
    public Optional<ImageSource> again() throws IOException {
        return Optional.of(new WatchSource(name, folder, extensions, maxImageBytes, settled, clock));
    }

    /** Returns empty: it never ends. */
    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    /** Returns the next image, or after at most a second that there is none. */
    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        if (ready.isEmpty() && due.isEmpty()) {
            look();
        }
        while (ready.isEmpty() && !due.isEmpty()) {
            reader.read(due.remove(), known).stream()
                    .filter(item -> !(item instanceof Done)) // looked at again because of another file
                    .forEach(ready::add);
        }
        return Optional.of(ready.isEmpty() ? new Waiting(folder.toUri().toString()) : ready.remove());
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }

    private void look() throws IOException {
        try {
            Duration wait = unsettled.isEmpty() || settled.compareTo(WAIT) > 0 ? WAIT : settled;
            Map<Path, Changes> changes = new HashMap<>(watch.await(wait));
            for (Path earlier : Set.copyOf(unsettled.keySet())) {
                Path parent = Objects.requireNonNull(earlier.getParent());
                Changes these = changes.computeIfAbsent(parent, any -> new Changes(false, new HashSet<>()));
                these.names().add(String.valueOf(earlier.getFileName()));
            }
            for (Map.Entry<Path, Changes> change : changes.entrySet()) {
                look(change.getKey(), change.getValue());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt(); // whoever sends stops between two items
        }
    }

    private void look(Path changed, Changes changes) {
        unsettled.keySet().removeIf(image -> !Files.exists(image));
        try {
            for (Image image : FolderListing.imagesIn(changed, extensions)) {
                if (changes.concern(String.valueOf(image.path().getFileName())) && isSettled(image)) {
                    due.add(image);
                }
            }
        } catch (IOException gone) { // deleted or renamed meanwhile
            watch.restart();
        }
    }

    /** Returns whether the files of an image have not changed for a while, by their times, or if those are in the future by looking twice. */
    private boolean isSettled(Image image) {
        Optional<String> stamp;
        Instant newest;
        try {
            stamp = FolderReader.stamp(image);
            newest = newest(image);
        } catch (IOException fault) {
            unsettled.remove(image.path());
            // not a file, such as a link to nothing, which its reader reports; else deleted meanwhile
            return Files.exists(image.path(), LinkOption.NOFOLLOW_LINKS);
        }
        Instant now = clock.instant();
        Look look = unsettled.get(image.path());
        boolean seen =
                look != null && look.stamp().equals(stamp) && !look.since().isAfter(now); // a clock may be put back
        Look same = seen ? Objects.requireNonNull(look) : new Look(stamp, now);
        boolean old = !newest.plus(settled).isAfter(now);
        boolean looked = !same.since().plus(settled).isAfter(now);
        if (old || looked) {
            unsettled.remove(image.path());
            return true;
        }
        unsettled.put(image.path(), same);
        return false;
    }

    private static Instant newest(Image image) throws IOException {
        Instant newest = Files.getLastModifiedTime(image.path()).toInstant();
        for (Path text : image.texts()) {
            Instant time = Files.exists(text) ? Files.getLastModifiedTime(text).toInstant() : newest;
            newest = time.isAfter(newest) ? time : newest;
        }
        return newest;
    }
}
