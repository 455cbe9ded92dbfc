package dev.latentstream.registry;

import java.util.Optional;

/** One record of the topic: what it changes in the {@link Catalogue}. */
sealed interface Change {
    /** A schema was registered, or hidden, or shown again. */
    record Stored(Version version) implements Change {}

    /** A version is gone for good. */
    record Erased(String subject, int number) implements Change {}

    /**
     * A subject was hidden.
     *
     * @param upTo the last version that is meant
     */
    record SubjectHidden(String subject, int upTo) implements Change {}

    /**
     * A compatibility level was set or unset.
     *
     * @param subject empty for all subjects that have no level of their own
     * @param level empty if it was unset
     */
    record LevelSet(Optional<String> subject, Optional<Level> level) implements Change {}

    /**
     * A mode was set or unset.
     *
     * @param subject empty for all subjects that have no mode of their own
     * @param mode empty if it was unset
     */
    record ModeSet(Optional<String> subject, Optional<Mode> mode) implements Change {}

    /** A record that means nothing here, such as the no-ops of Confluent's server. */
    record Nothing() implements Change {}
}
