package dev.latentstream.registry;

import dev.latentstream.registry.SchemaEvent.HardDeleted;
import dev.latentstream.registry.SchemaEvent.LevelSet;
import dev.latentstream.registry.SchemaEvent.ModeSet;
import dev.latentstream.registry.SchemaEvent.Stored;
import dev.latentstream.registry.SchemaEvent.SubjectSoftDeleted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The state of a registry: the result of all changes applied so far. Thread-safe for readers. */
final class SchemaStore {
    private final NavigableMap<String, NavigableMap<Integer, Version>> subjects = new TreeMap<>();
    private final Map<Optional<String>, CompatibilityLevel> levels = new HashMap<>();
    private final Map<Optional<String>, Mode> modes = new HashMap<>();
    private int highestId;

    synchronized void apply(SchemaEvent change) {
        if (change instanceof Stored stored) {
            Version version = stored.version();
            subjects.computeIfAbsent(version.subject(), s -> new TreeMap<>()).put(version.number(), version);
            highestId = Math.max(highestId, version.id());
        } else if (change instanceof HardDeleted erased) {
            hardDelete(erased);
        } else if (change instanceof SubjectSoftDeleted hidden) {
            versionsOf(hidden.subject()).headMap(hidden.upTo(), true).replaceAll((number, version) -> hidden(version));
        } else if (change instanceof LevelSet set) {
            set(levels, set.subject(), set.level());
        } else if (change instanceof ModeSet set) {
            set(modes, set.subject(), set.mode());
        }
    }

    /** Returns the subjects with a version of this visibility, by name. */
    synchronized List<String> subjects(Visibility visibility) {
        return subjects.entrySet().stream()
                .filter(subject -> subject.getValue().values().stream().anyMatch(visibility::shows))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns the versions of a subject, oldest first; none if the subject is unknown. */
    synchronized List<Version> versions(String subject, Visibility visibility) {
        return versionsOf(subject).values().stream().filter(visibility::shows).toList();
    }

    /** Returns the versions of all subjects, by the subject's name, oldest first. */
    synchronized List<Version> versions(Visibility visibility) {
        List<Version> all = new ArrayList<>();
        subjects.values().forEach(versions -> all.addAll(versions.values()));
        return all.stream().filter(visibility::shows).toList();
    }

    /** Returns the id of this schema under any subject. */
    synchronized Optional<Integer> idOf(String schema) {
        return versions(Visibility.ALL).stream()
                .filter(version -> version.schema().equals(schema))
                .map(Version::id)
                .findFirst();
    }

    /** Returns the schema with this id. */
    synchronized Optional<String> schema(int id) {
        return versions(Visibility.ALL).stream()
                .filter(version -> version.id() == id)
                .map(Version::schema)
                .findFirst();
    }

    /** The highest id ever assigned. */
    synchronized int highestId() {
        return highestId;
    }

    /** Returns the level set for this subject; the empty subject has the level for all. */
    synchronized Optional<CompatibilityLevel> level(Optional<String> subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    /** Returns the mode set for this subject; the empty subject has the mode for all. */
    synchronized Optional<Mode> mode(Optional<String> subject) {
        return Optional.ofNullable(modes.get(subject));
    }

    private void hardDelete(HardDeleted erased) {
        NavigableMap<Integer, Version> versions = versionsOf(erased.subject());
        versions.remove(erased.number());
        if (versions.isEmpty()) {
            subjects.remove(erased.subject());
        }
    }

    private NavigableMap<Integer, Version> versionsOf(String subject) {
        return subjects.getOrDefault(subject, new TreeMap<>());
    }

    private static Version hidden(Version version) {
        return new Version(version.subject(), version.number(), version.id(), version.schema(), true);
    }

    private static <V> void set(Map<Optional<String>, V> values, Optional<String> subject, Optional<V> value) {
        value.ifPresentOrElse(v -> values.put(subject, v), () -> values.remove(subject));
    }
}
