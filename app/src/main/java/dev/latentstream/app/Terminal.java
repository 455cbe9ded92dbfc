package dev.latentstream.app;

/** What the launcher says about where the output goes. */
final class Terminal {
    private Terminal() {}

    /** Whether a person sees the output as it is written, on something that understands control sequences. */
    static boolean isInteractive() {
        return Boolean.getBoolean("latentstream.terminal");
    }
}
