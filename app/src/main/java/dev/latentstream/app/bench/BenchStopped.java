package dev.latentstream.app.bench;

/** Thrown when a benchmark is cancelled. */
final class BenchStopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchStopped() {
        super("stopped");
    }
}
