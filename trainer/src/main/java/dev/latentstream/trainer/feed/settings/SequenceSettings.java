package dev.latentstream.trainer.feed.settings;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run trains on, if not on the live latents of all sources.
 *
 * @param replay name of the run whose recorded steps it follows; null for none
 */
public record SequenceSettings(@Nullable String replay) {
    /** The defaults: the live latents of all sources. */
    public SequenceSettings() {
        this(null);
    }

    /** Returns the name of the run that is replayed. */
    public Optional<String> replayed() {
        return Optional.ofNullable(replay);
    }
}
