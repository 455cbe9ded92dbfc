package dev.latentstream.ingest;

import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.runtime.InfrastructureException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** The decoder threads of one process: which of them are abandoned, and whether one must be alone. Thread-safe. */
final class DecoderThreads {
    private final DecodingSettings settings;
    private final List<Future<?>> abandoned = new ArrayList<>();
    private final ReadWriteLock running = new ReentrantReadWriteLock();

    DecoderThreads(DecodingSettings settings) {
        this.settings = settings;
    }

    DecodingSettings settings() {
        return settings;
    }

    /** Counts a decoding as abandoned until it ends. */
    synchronized void abandon(Future<?> decoding) {
        abandoned.removeIf(Future::isDone);
        if (abandoned.size() == settings.maxAbandoned()) {
            throw new InfrastructureException(
                    "%d abandoned decodings still run, as many as max-abandoned allows, and another image takes longer than %s: the process has to restart"
                            .formatted(abandoned.size(), settings.timeLimit()));
        }
        abandoned.add(decoding);
    }

    /** Decodes while others may decode too. */
    <T> T together(Supplier<T> decoding) {
        running.readLock().lock();
        try {
            return decoding.get();
        } finally {
            running.readLock().unlock();
        }
    }

    /** Decodes while no other thread does, so that the end of the process can have no other cause. */
    <T> T alone(Supplier<T> decoding) {
        running.writeLock().lock();
        try {
            return decoding.get();
        } finally {
            running.writeLock().unlock();
        }
    }
}
