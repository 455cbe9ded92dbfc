package dev.latentstream.app.cli;

/** The launcher's finding about the destination of the output. */
public final class Terminal {
    private Terminal() {}

    /** Returns whether the output goes to a terminal, which understands control sequences. */
    public static boolean isInteractive() {
        return Boolean.getBoolean("latentstream.terminal");
    }
}
