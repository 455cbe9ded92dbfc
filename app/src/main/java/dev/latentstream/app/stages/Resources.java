package dev.latentstream.app.stages;

import java.util.ArrayDeque;
import java.util.Deque;

/** A stack of resources, closed last in, first out. */
final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <R extends AutoCloseable> R add(R resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception next) {
                if (failure == null) {
                    failure = new IllegalStateException(next);
                } else {
                    failure.addSuppressed(next);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
