package dev.latentstream.trainer;

import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How captions are encoded.
 *
 * @param folder a text tower of CLIP, as transformers keeps it, or a pipeline of diffusers; it says itself how long its captions
 *     are; null for the shipped encoder
 * @param tokens what captions of the shipped encoder are padded or cut to
 * @param threads of the shipped encoder
 * @param remembered captions whose states are kept
 */
public record TextSettings(@Nullable Path folder, int tokens, int threads, int remembered) {
    /** The defaults: the shipped encoder, with room for a dense caption. */
    public TextSettings() {
        this(null, 48, 1, 8192);
    }

    public TextSettings {
        Checks.between("tokens", tokens, 3, 512);
        Checks.between("threads", threads, 1, 64);
        Checks.between("remembered", remembered, 0, 1_000_000);
    }

    /** The same with another encoder. */
    public TextSettings withFolder(Path other) {
        return new TextSettings(other, tokens, threads, remembered);
    }
}
