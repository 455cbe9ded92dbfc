package dev.latentstream.trainer;

import dev.latentstream.runtime.Checks;

/**
 * How captions are encoded.
 *
 * @param tokens what captions are padded or cut to
 * @param threads of the text encoder
 * @param remembered captions whose states are kept
 */
public record TextSettings(int tokens, int threads, int remembered) {
    /** The defaults: room for a dense caption. */
    public TextSettings() {
        this(48, 1, 8192);
    }

    public TextSettings {
        Checks.between("tokens", tokens, 3, 512);
        Checks.between("threads", threads, 1, 64);
        Checks.between("remembered", remembered, 0, 1_000_000);
    }
}
