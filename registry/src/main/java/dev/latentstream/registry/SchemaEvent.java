package dev.latentstream.registry;

import java.util.Optional;

/** A record of the topic: one change of the {@link SchemaStore}. */
sealed interface SchemaEvent {
    /** A schema was registered, soft-deleted, or restored. */
    record Stored(Version version) implements SchemaEvent {}

    /** A version was hard-deleted. */
    record HardDeleted(String subject, int number) implements SchemaEvent {}

    /**
     * A subject was soft-deleted.
     *
     * @param upTo the last version that it deletes
     */
    record SubjectSoftDeleted(String subject, int upTo) implements SchemaEvent {}

    /**
     * A compatibility level was set or unset.
     *
     * @param subject empty for all subjects without their own level
     * @param level empty if it was unset
     */
    record LevelSet(Optional<String> subject, Optional<CompatibilityLevel> level) implements SchemaEvent {}

    /**
     * A mode was set or unset.
     *
     * @param subject empty for all subjects without their own mode
     * @param mode empty if it was unset
     */
    record ModeSet(Optional<String> subject, Optional<Mode> mode) implements SchemaEvent {}

    /** A record without effect here, such as the no-ops of Confluent's server. */
    record Nothing() implements SchemaEvent {}
}
