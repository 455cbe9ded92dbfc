package dev.latentstream.trainer.feed.settings;

import dev.latentstream.runtime.settings.Checks;

/**
 * The sizes of the buffers: those of a source, and of the batches.
 *
 * @param shuffle size of the shuffle buffer, in latents per source
 * @param minimum latents that a source must have before it is drawn from; under {@code wait} its whole {@code shuffle}
 * @param readAhead latents per partition that are read ahead of the shuffle buffer
 * @param prefetch batches that are drawn ahead of the one in training, more if steps train faster than the ledger is written; a new
 *     mixture policy takes effect after them
 */
public record BufferSettings(int shuffle, int minimum, int readAhead, int prefetch) {
    /** The defaults. */
    public BufferSettings() {
        this(2048, 64, 256);
    }

    /** The sizes of a source's buffers, with one batch ahead. */
    public BufferSettings(int shuffle, int minimum, int readAhead) {
        this(shuffle, minimum, readAhead, 1);
    }

    public BufferSettings {
        Checks.between("shuffle", shuffle, 1, 1_000_000);
        Checks.between("minimum", minimum, 1, shuffle);
        Checks.between("read-ahead", readAhead, 1, 100_000);
        Checks.between("prefetch", prefetch, 1, 100);
    }

    /** Returns the largest number of batches that are ever drawn ahead: besides {@code prefetch}, the latents of one shuffle buffer. */
    public int mostAhead(int batchSize) {
        return Math.max(prefetch, shuffle / batchSize);
    }
}
