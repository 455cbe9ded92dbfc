package dev.latentstream.trainer.feed.settings;

import dev.latentstream.runtime.settings.Checks;

/**
 * The sizes of a source's buffers.
 *
 * @param shuffle size of the shuffle buffer, in latents per source
 * @param minimum latents that a source must have before it is drawn from; under {@code wait} its whole {@code shuffle}
 * @param readAhead latents per partition that are read ahead of the shuffle buffer
 */
public record BufferSettings(int shuffle, int minimum, int readAhead) {
    /** The defaults. */
    public BufferSettings() {
        this(2048, 64, 256);
    }

    public BufferSettings {
        Checks.between("shuffle", shuffle, 1, 1_000_000);
        Checks.between("minimum", minimum, 1, shuffle);
        Checks.between("read-ahead", readAhead, 1, 100_000);
    }
}
