package dev.latentstream.app.bench;

/** A bench was told to end before its time. */
final class BenchStopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchStopped() {
        super("stopped");
    }
}
