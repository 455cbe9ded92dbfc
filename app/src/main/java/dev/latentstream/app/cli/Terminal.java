package dev.latentstream.app.cli;

/** What the launcher says about where the output goes. */
public final class Terminal {
    private Terminal() {}

    /** Whether a person sees the output as it is written, on something that understands control sequences. */
    public static boolean isInteractive() {
        return Boolean.getBoolean("latentstream.terminal");
    }
}
