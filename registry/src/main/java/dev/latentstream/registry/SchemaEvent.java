package dev.latentstream.registry;

import java.util.Optional;

/** One record of the topic: what it changes in the {@link SchemaStore}. */
sealed interface SchemaEvent {
    /** A schema was registered, or hidden, or shown again. */
    record Stored(Version version) implements SchemaEvent {}

    /** A version is gone for good. */
    record HardDeleted(String subject, int number) implements SchemaEvent {}

    /**
     * A subject was hidden.
     *
     * @param upTo the last version that is meant
     */
    record SubjectSoftDeleted(String subject, int upTo) implements SchemaEvent {}

    /**
     * A compatibility level was set or unset.
     *
     * @param subject empty for all subjects that have no level of their own
     * @param level empty if it was unset
     */
    record LevelSet(Optional<String> subject, Optional<CompatibilityLevel> level) implements SchemaEvent {}

    /**
     * A mode was set or unset.
     *
     * @param subject empty for all subjects that have no mode of their own
     * @param mode empty if it was unset
     */
    record ModeSet(Optional<String> subject, Optional<Mode> mode) implements SchemaEvent {}

    /** A record that means nothing here, such as the no-ops of Confluent's server. */
    record Nothing() implements SchemaEvent {}
}
