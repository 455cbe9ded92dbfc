package dev.latentstream.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** Confluent's compatibility levels: which schemas must be able to read which records when a subject gets a new schema. */
enum CompatibilityLevel {
    /** No check. */
    NONE,
    /** Readers with the new schema can read records of the last one. */
    BACKWARD,
    /** Readers with the new schema can read records of all earlier ones. */
    BACKWARD_TRANSITIVE,
    /** Readers with the last schema can read records of the new one. */
    FORWARD,
    /** Readers with any earlier schema can read records of the new one. */
    FORWARD_TRANSITIVE,
    /** Backward and forward with the last schema. */
    FULL,
    /** Backward and forward with all earlier schemas. */
    FULL_TRANSITIVE;

    /** Returns the level of this name, ignoring case. */
    static Optional<CompatibilityLevel> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Stream.of(values()).filter(level -> level.name().equals(upper)).findFirst();
    }

    /**
     * Returns the incompatibilities of a new schema; empty if it is compatible.
     *
     * @param earlier the subject's schemas, oldest first
     */
    List<String> incompatibilities(Schema next, List<Schema> earlier) {
        if (this == NONE || earlier.isEmpty()) {
            return List.of();
        }
        List<Schema> relevant = isTransitive() ? earlier : earlier.subList(earlier.size() - 1, earlier.size());
        List<String> incompatibilities = new ArrayList<>();
        for (Schema old : relevant) {
            if (readsOldRecords()) {
                incompatibilities.addAll(unreadable(next, old));
            }
            if (isReadByOldReaders()) {
                incompatibilities.addAll(unreadable(old, next));
            }
        }
        return incompatibilities;
    }

    private boolean isTransitive() {
        return switch (this) {
            case BACKWARD_TRANSITIVE, FORWARD_TRANSITIVE, FULL_TRANSITIVE -> true;
            case NONE, BACKWARD, FORWARD, FULL -> false;
        };
    }

    private boolean readsOldRecords() {
        return switch (this) {
            case BACKWARD, BACKWARD_TRANSITIVE, FULL, FULL_TRANSITIVE -> true;
            case NONE, FORWARD, FORWARD_TRANSITIVE -> false;
        };
    }

    private boolean isReadByOldReaders() {
        return switch (this) {
            case FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE -> true;
            case NONE, BACKWARD, BACKWARD_TRANSITIVE -> false;
        };
    }

    private static List<String> unreadable(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(CompatibilityLevel::describe)
                .toList();
    }

    private static String describe(Incompatibility found) {
        return "%s at %s: %s".formatted(found.getType(), found.getLocation(), found.getMessage());
    }
}
