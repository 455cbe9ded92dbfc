package dev.latentstream.runtime.removals;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The ids of the images that are removed at present. Thread-safe. */
public final class RemovedImages {
    private final Set<String> imageIds = ConcurrentHashMap.newKeySet();
    private final AtomicLong changes = new AtomicLong();
    private final Supplier<Optional<Throwable>> failure;

    /** Changes by {@link #add} and {@link #restore} alone. */
    public RemovedImages() {
        this(Optional::empty);
    }

    /** @param failure why the ids are no longer up to date; empty while they are */
    RemovedImages(Supplier<Optional<Throwable>> failure) {
        this.failure = failure;
    }

    public void add(String imageId) {
        imageIds.add(imageId);
        changes.incrementAndGet(); // whoever sees the number sees the id
    }

    /** Takes a removal back. */
    public void restore(String imageId) {
        imageIds.remove(imageId);
        changes.incrementAndGet();
    }

    /**
     * Returns whether an image was removed.
     *
     * @throws IllegalStateException if the ids are no longer up to date
     */
    public boolean contains(String imageId) {
        requireUpToDate();
        return imageIds.contains(imageId);
    }

    /**
     * Returns the number of changes so far.
     *
     * @throws IllegalStateException if the ids are no longer up to date
     */
    public long changes() {
        requireUpToDate();
        return changes.get();
    }

    private void requireUpToDate() {
        failure.get().ifPresent(reason -> {
            throw new IllegalStateException("removals are no longer followed: " + reason.getMessage(), reason);
        });
    }
}
