package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the images of a bucket whose keys start with a prefix, in the order of their keys, with their texts as in a folder. Several are
 * read at once, within {@link #MAX_BYTES} of memory.
 */
public final class S3Source implements ImageSource {
    /** Requests at once: an object takes tens of milliseconds before its first byte. */
    private static final int REQUESTS = 16;

    private static final long MAX_BYTES = 64 << 20;

    /** Items ahead of the next one, most of which need not be read. */
    private static final int MAX_AHEAD = 1024;

    /** Time without an item after which what came before is committed. */
    private static final Duration WAIT = Duration.ofMillis(500);

    private final String name;
    private final S3Store store;
    private final S3Location prefix;
    private final ImageExtensions extensions;
    private final int maxImageBytes;
    private final ImageReader reader;
    private final S3Listing listing;
    private final ObjectGroups groups;
    private final ExecutorService threads = Executors.newFixedThreadPool(REQUESTS, Threads.daemons("s3"));
    private final Queue<Listed> listed = new ArrayDeque<>();
    private final Deque<Reading> ahead = new ArrayDeque<>();
    private final Queue<SourceItem> ready = new ArrayDeque<>();
    private long bytesAhead;
    private int readingAhead;
    private boolean begun;
    private boolean ended;

    /** An image, or an item that is not read. */
    private record Listed(
            ObjectGroups.@Nullable Image image, @Nullable SourceItem item) {}

    /**
     * Items that are being read.
     *
     * @param bytes memory that they take at most; 0 if nothing is read
     */
    private record Reading(CompletableFuture<List<SourceItem>> items, long bytes) {}

    /**
     * Sends nothing yet.
     *
     * @param store stays open
     */
    public S3Source(String name, S3Store store, S3Location prefix, ImageExtensions extensions, int maxImageBytes) {
        this.name = name;
        this.store = store;
        this.prefix = prefix;
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.reader = new ImageReader(store, maxImageBytes);
        this.listing = store.list(prefix);
        this.groups = new ObjectGroups(
                prefix.key(),
                extensions,
                image -> listed.add(new Listed(image, null)),
                item -> listed.add(new Listed(null, item)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        return prefix.uri();
    }

    /** Returns empty: to count the objects takes as long as to list them. */
    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<ImageSource> again() {
        return Optional.of(new S3Source(name, store, prefix, extensions, maxImageBytes));
    }

    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        while (ready.isEmpty()) {
            readAhead(known);
            Reading first = ahead.peek();
            if (first == null) {
                return ended ? Optional.empty() : Optional.of(new SourceItem.Waiting(name));
            }
            Optional<List<SourceItem>> items = await(first);
            if (items.isEmpty()) {
                return Optional.of(new SourceItem.Waiting(name));
            }
            ahead.remove();
            bytesAhead -= first.bytes();
            readingAhead -= first.bytes() > 0 ? 1 : 0;
            ready.addAll(items.get());
        }
        return Optional.of(ready.remove());
    }

    private void readAhead(Known known) throws IOException {
        try {
            fill(known);
        } catch (BrokenInputException failed) {
            if (!Thread.currentThread().isInterrupted()) { // else the run ends with what was read
                throw failed;
            }
        }
    }

    private void fill(Known known) throws IOException {
        while (!Thread.currentThread().isInterrupted()
                && ahead.size() < MAX_AHEAD
                && readingAhead < REQUESTS
                && bytesAhead < MAX_BYTES) {
            Listed next = list();
            if (next == null) {
                return;
            }
            Reading reading = reading(next, known);
            ahead.add(reading);
            bytesAhead += reading.bytes();
            readingAhead += reading.bytes() > 0 ? 1 : 0;
        }
    }

    /** Returns the next image or other item; null at the end. */
    private @Nullable Listed list() throws IOException {
        while (listed.isEmpty() && !ended) {
            Optional<StoredObject> object = listing.next();
            object.ifPresentOrElse(groups::add, groups::end);
            ended = object.isEmpty();
            if (ended && !begun) {
                listed.add(new Listed(null, new SourceItem.Unreadable(prefix.uri(), "no object has this prefix")));
            }
            begun = true;
        }
        return listed.poll();
    }

    private Reading reading(Listed next, Known known) {
        ObjectGroups.Image image = next.image();
        if (image == null || known.unchanged(image.object().uri(), ImageReader.stamp(image.object(), image.texts()))) {
            SourceItem item = image == null
                    ? Objects.requireNonNull(next.item())
                    : new SourceItem.Done(image.object().uri());
            return new Reading(CompletableFuture.completedFuture(List.of(item)), 0);
        }
        CompletableFuture<List<SourceItem>> items = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return reader.read(image);
                    } catch (IOException unavailable) {
                        throw new CompletionException(unavailable);
                    }
                },
                threads);
        return new Reading(items, 1 + reader.memory(image));
    }

    /** Returns the items when they are there; empty after a while, or if the thread is interrupted. */
    private static Optional<List<SourceItem>> await(Reading reading) throws IOException {
        try {
            return Optional.of(reading.items().get(WAIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException notYet) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException unavailable) {
                throw unavailable;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
