package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads another source on a dedicated thread. A read that knows no interrupt, as of a socket whose host is silent, of standard input, or of
 * a name that is looked up, so delays neither a stop nor the commit of what came before it: its thread is left, and ends when the read does.
 */
public final class InterruptibleSource implements ImageSource {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptibleSource.class);

    /** Time without an item after which what came before is committed. */
    private static final Duration WAIT = Duration.ofMillis(500);

    private static final Duration CLOSE_WITHIN = Duration.ofMillis(500);

    /** Items that the thread reads at once, if they need only be counted. */
    private static final int MAX_DONE = 256;

    private final ImageSource source;
    private final ExecutorService thread;
    private final Queue<SourceItem> ready = new ArrayDeque<>();

    /** Taken while what is known may be asked: by the reading thread only while {@link #next} waits for it. */
    private final Semaphore turn = new Semaphore(0);

    private @Nullable Future<Items> reading;
    private boolean ended;
    private volatile boolean closed;

    /** Items in order, all but the last of which are {@link Done}. */
    private record Items(Queue<SourceItem> items, boolean isEnd) {}

    private InterruptibleSource(ImageSource source) {
        this.source = source;
        this.thread = Executors.newSingleThreadExecutor(Threads.daemons("read-" + source.name()));
    }

    /**
     * Returns a source of the same items, with which the other is closed.
     *
     * @param source one that is not itemised is returned as it is: Kafka's client heeds interrupts, and between an item and its position
     *     nothing may be committed
     */
    public static ImageSource of(ImageSource source) {
        return source.isItemised() ? new InterruptibleSource(source) : source;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public OptionalLong total() {
        return source.total();
    }

    @Override
    public String origin() {
        return source.origin();
    }

    @Override
    public Optional<ImageSource> again() throws IOException {
        Optional<ImageSource> again = source.again();
        return again.map(InterruptibleSource::of);
    }

    @Override
    public boolean asksForVersions() {
        return source.asksForVersions();
    }

    /** Returns the next item, or that there is none yet: after a while, or at once if this thread is interrupted. */
    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        if (ready.isEmpty() && !ended) {
            if (reading == null) {
                reading = thread.submit(() -> read(known));
            }
            if (!await(reading)) {
                return Optional.of(new Waiting(name()));
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    /** Returns whether the items are there. */
    private boolean await(Future<Items> items) throws IOException {
        turn.release();
        try {
            Items read = items.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            ready.addAll(read.items());
            ended = read.isEnd();
            reading = null;
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt(); // whoever sends stops between two items
            return false;
        } catch (ExecutionException failed) {
            reading = null;
            throw rethrown(failed.getCause());
        } finally {
            turn.acquireUninterruptibly();
        }
    }

    private Items read(Known known) throws IOException {
        Queue<SourceItem> items = new ArrayDeque<>();
        while (items.size() < MAX_DONE) {
            Optional<SourceItem> next = source.next(new InTurn(known));
            next.ifPresent(items::add);
            if (!(next.orElse(null) instanceof Done)) {
                return new Items(items, next.isEmpty());
            }
        }
        return new Items(items, false);
    }

    /** Closes the source, if it is not in the middle of a read; else its thread does after it. */
    @Override
    public void close() throws IOException {
        closed = true;
        turn.release();
        if (reading != null) {
            reading.cancel(true);
        }
        Future<?> closing = thread.submit(() -> {
            source.close();
            return null;
        });
        thread.shutdown();
        try {
            closing.get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            LOG.atDebug().addKeyValue("source", name()).log("a read is left that does not end");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw rethrown(failed.getCause());
        }
    }

    private static IOException rethrown(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException defect) {
            throw defect;
        }
        return failure instanceof IOException unreadable ? unreadable : new IOException(failure);
    }

    /** Asks what is known while the other thread waits: the log of the source is not thread-safe. After the close nothing may be asked. */
    private final class InTurn implements Known {
        private final Known known;

        InTurn(Known known) {
            this.known = known;
        }

        @Override
        public boolean unchanged(String uri, String stamp) {
            return ask(() -> known.unchanged(uri, stamp));
        }

        @Override
        public OptionalLong position(String uri, String stamp) {
            return ask(() -> known.position(uri, stamp));
        }

        @Override
        public Optional<String> version(String uri) {
            return ask(() -> known.version(uri));
        }

        private <T> T ask(Supplier<T> question) {
            turn.acquireUninterruptibly();
            try {
                if (closed) {
                    throw new CancellationException("closed");
                }
                return question.get();
            } finally {
                turn.release();
            }
        }
    }
}
