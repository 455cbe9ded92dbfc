package dev.latentstream.app.bench.measure;

/** Thrown when a benchmark is cancelled. */
public final class BenchStopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchStopped() {
        super("stopped");
    }
}
