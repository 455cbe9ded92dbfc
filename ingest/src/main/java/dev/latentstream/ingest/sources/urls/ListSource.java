package dev.latentstream.ingest.sources.urls;

import dev.latentstream.ingest.fetch.FetchRequest;
import dev.latentstream.ingest.fetch.Fetched;
import dev.latentstream.ingest.fetch.Fetcher;
import dev.latentstream.ingest.lists.ListRow;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the images of lists: those in the rows themselves, and those at their URLs, which are fetched at once and delivered as they arrive.
 *
 * <p>A row that cannot be used, and a URL that cannot or may not be fetched, is refused with its reason; a later run tries it again.
 */
public final class ListSource implements ImageSource {
    /** Rows that are read before an image is delivered, if as many may be fetched. */
    private static final int ROWS_PER_ITEM = 64;

    /** Time without an image after which what came before is committed. */
    private static final Duration WAIT = Duration.ofMillis(200);

    private final String name;
    private final ListFiles files;
    private final ListRows rows;
    private final Supplier<Fetcher> fetchers;
    private final int maxRows;
    private final int maxImageBytes;
    private final Refetch refetch;
    private final Deque<SourceItem> ready = new ArrayDeque<>();
    private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();
    private @Nullable Fetcher fetcher;
    private int fetching;
    private boolean ended;

    /** Whether the images of rows that did not change are asked for again. */
    public enum Refetch {
        NEVER,
        /** With the versions that were fetched before, so that a host sends only what is another one. */
        CHANGED
    }

    /** The outcome of a row's URL; null for a defect, or if the fetcher was closed. */
    private record Arrival(
            RowItems row,
            @Nullable Fetched fetched,
            @Nullable Throwable defect) {}

    /**
     * Reads nothing yet.
     *
     * @param fetchers starts a fetcher, which is closed with the source
     * @param maxRows rows that are fetched at once, or wait for their hosts
     */
    public ListSource(
            String name, ListFiles files, Supplier<Fetcher> fetchers, int maxRows, int maxImageBytes, Refetch refetch) {
        this.name = name;
        this.files = files;
        this.rows = new ListRows(files, maxImageBytes);
        this.fetchers = fetchers;
        this.maxRows = maxRows;
        this.maxImageBytes = maxImageBytes;
        this.refetch = refetch;
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns the number of rows, if all files say it. */
    @Override
    public OptionalLong total() {
        return rows.total();
    }

    @Override
    public String origin() {
        String first = files.files().isEmpty()
                ? ""
                : " from " + files.files().get(0).toAbsolutePath().normalize();
        return "%d lists%s".formatted(files.files().size(), first);
    }

    @Override
    public Optional<ImageSource> again() {
        return Optional.of(new ListSource(name, files, fetchers, maxRows, maxImageBytes, refetch));
    }

    @Override
    public boolean asksForVersions() {
        return refetch == Refetch.CHANGED;
    }

    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        while (true) {
            for (int i = 0; i < ROWS_PER_ITEM && ready.isEmpty() && !ended && fetching < maxRows; i++) {
                read(known);
            }
            if (!ready.isEmpty()) {
                return Optional.of(ready.remove());
            }
            if (fetching == 0 && ended) {
                return Optional.empty();
            }
            @Nullable Arrival arrival = arrival();
            if (arrival != null) {
                fetching--;
                deliver(arrival);
            } else if (ended || fetching == maxRows) {
                return Optional.of(new SourceItem.Waiting(name));
            }
        }
    }

    /** Returns what has arrived; if no row can be read meanwhile, waits for it a while. */
    private @Nullable Arrival arrival() {
        try {
            boolean wait = ended || fetching == maxRows;
            return wait ? arrived.poll(WAIT.toMillis(), TimeUnit.MILLISECONDS) : arrived.poll();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private Fetcher fetcher() {
        if (fetcher == null) {
            fetcher = fetchers.get();
        }
        return fetcher;
    }

    private void read(Known known) {
        Optional<RowItems> next = rows.next(ready::add);
        if (next.isEmpty()) {
            ended = ready.isEmpty();
            return;
        }
        RowItems row = next.get();
        boolean unchanged = known.unchanged(row.uri(), row.stamp());
        Optional<String> version =
                unchanged && refetch == Refetch.CHANGED ? known.version(row.uri()) : Optional.empty();
        if (unchanged && !(row.row() instanceof ListRow.Link && refetch == Refetch.CHANGED)) {
            ready.add(new SourceItem.Done(row.uri()));
        } else if (row.row() instanceof ListRow.Link link) {
            fetching++;
            CompletableFuture<Fetched> unused = fetcher()
                    .fetch(new FetchRequest(link.url(), link.hash(), version))
                    .whenComplete((fetched, defect) -> arrived.add(new Arrival(row, fetched, defect)));
        } else if (row.row() instanceof ListRow.Embedded embedded) {
            row.found(embedded.image(), Optional.empty()).forEach(ready::add);
        } else if (row.row() instanceof ListRow.TooLarge large) {
            ready.add(new SourceItem.TooLarge(row.uri(), large.imageId(), large.bytes(), maxImageBytes));
        } else if (row.row() instanceof ListRow.Bad bad) {
            ready.add(new SourceItem.Refused(row.uri(), bad.refusal()));
        }
    }

    private void deliver(Arrival arrival) throws IOException {
        RowItems row = arrival.row();
        if (arrival.fetched() instanceof Fetched.File file) {
            try (file) {
                row.found(file.bytes(), file.version()).forEach(ready::add);
            }
        } else if (arrival.fetched() instanceof Fetched.NotModified) {
            ready.add(new SourceItem.Done(row.uri()));
        } else if (arrival.fetched() instanceof Fetched.Refused refused) {
            ready.add(new SourceItem.Refused(row.uri(), refused.refusal()));
        } else {
            throw new IOException("%s cannot be fetched: %s".formatted(row.uri(), arrival.defect()), arrival.defect());
        }
    }

    @Override
    public void close() throws IOException {
        if (fetcher != null) {
            fetcher.close();
        }
        rows.close();
    }
}
