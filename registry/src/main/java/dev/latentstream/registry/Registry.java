package dev.latentstream.registry;

import dev.latentstream.registry.SchemaEvent.HardDeleted;
import dev.latentstream.registry.SchemaEvent.LevelSet;
import dev.latentstream.registry.SchemaEvent.ModeSet;
import dev.latentstream.registry.SchemaEvent.Stored;
import dev.latentstream.registry.SchemaEvent.SubjectSoftDeleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The rules of registration and deletion, and the assignment of ids and versions. Reads are answered from the {@link SchemaStore};
 * each change is written to the log before the method returns.
 */
final class Registry implements AutoCloseable {
    private static final CompatibilityLevel DEFAULT_LEVEL = CompatibilityLevel.BACKWARD;
    private static final String LATEST = "latest";

    private final SchemaLog log;
    private final Administration administration;
    private volatile SchemaStore catalogue = new SchemaStore();

    Registry(SchemaLog log, Administration administration) {
        this.log = log;
        this.administration = administration;
    }

    /** Opens and reads the log, if it is not open or the last write failed. */
    synchronized void open() {
        if (!log.isOpen()) {
            SchemaStore fresh = new SchemaStore();
            log.open(fresh::apply);
            catalogue = fresh;
        }
    }

    SchemaStore catalogue() {
        return catalogue;
    }

    /** Registers a schema as a version of the subject, unless it is one, and returns its id. */
    synchronized int register(String subject, Schema schema) {
        open();
        requireWritable(subject);
        String text = schema.toString();
        List<Version> live = catalogue.versions(subject, Visibility.ACTIVE);
        Optional<Version> known = withSchema(live, text);
        if (known.isPresent()) {
            return known.get().id();
        }
        List<String> incompatibilities = level(subject).incompatibilities(schema, schemas(live));
        if (!incompatibilities.isEmpty()) {
            throw RegistryError.incompatible(subject, incompatibilities);
        }
        int id = catalogue.idOf(text).orElseGet(() -> catalogue.highestId() + 1);
        write(List.of(new Stored(new Version(subject, nextNumber(subject), id, text, false))));
        return id;
    }

    /** Returns the last version of the subject with this schema. */
    Version lookUp(String subject, Schema schema, Visibility visibility) {
        return withSchema(versions(subject, visibility), schema.toString()).orElseThrow(RegistryError::noSuchSchema);
    }

    /** Returns the versions of a subject, at least one. */
    List<Version> versions(String subject, Visibility visibility) {
        List<Version> versions = catalogue.versions(subject, visibility);
        if (versions.isEmpty()) {
            throw RegistryError.noSuchSubject(subject);
        }
        return versions;
    }

    /** @param name a number, {@code latest}, or -1 for the latest */
    Version version(String subject, String name, Visibility visibility) {
        int number = number(name);
        List<Version> versions = versions(subject, visibility);
        if (number < 0) {
            return versions.get(versions.size() - 1);
        }
        return versions.stream()
                .filter(version -> version.number() == number)
                .findFirst()
                .orElseThrow(() -> RegistryError.noSuchVersion(number));
    }

    /** Soft-deletes a subject and deletes its settings. Returns the numbers of the versions. */
    synchronized List<Integer> softDelete(String subject) {
        administration.require("Deletion");
        open();
        requireWritable(subject);
        versions(subject, Visibility.ALL);
        List<Version> live = catalogue.versions(subject, Visibility.ACTIVE);
        if (live.isEmpty()) {
            throw RegistryError.alreadyDeleted(subject);
        }
        List<SchemaEvent> changes = new ArrayList<>();
        changes.add(new SubjectSoftDeleted(subject, live.get(live.size() - 1).number()));
        Optional<String> scope = Optional.of(subject);
        catalogue.level(scope).ifPresent(level -> changes.add(new LevelSet(scope, Optional.empty())));
        catalogue.mode(scope).ifPresent(mode -> changes.add(new ModeSet(scope, Optional.empty())));
        write(changes);
        return numbers(live);
    }

    /** Hard-deletes a soft-deleted subject. Returns the numbers of the versions. */
    synchronized List<Integer> hardDelete(String subject) {
        administration.require("Deletion");
        open();
        requireWritable(subject);
        List<Version> all = versions(subject, Visibility.ALL);
        if (all.stream().anyMatch(Visibility.ACTIVE::shows)) {
            throw RegistryError.notDeletedFirst(subject);
        }
        write(all.stream()
                .<SchemaEvent>map(version -> new HardDeleted(subject, version.number()))
                .toList());
        return numbers(all);
    }

    /** Soft-deletes one version. Returns its number. */
    synchronized int softDelete(String subject, String name) {
        administration.require("Deletion");
        open();
        requireWritable(subject);
        Version version = version(subject, name, number(name) < 0 ? Visibility.ACTIVE : Visibility.ALL);
        if (version.deleted()) {
            throw RegistryError.alreadyDeleted(subject, version.number());
        }
        write(List.of(new Stored(new Version(subject, version.number(), version.id(), version.schema(), true))));
        return version.number();
    }

    /** Hard-deletes one soft-deleted version. Returns its number. */
    synchronized int hardDelete(String subject, String name) {
        administration.require("Deletion");
        open();
        requireWritable(subject);
        Version version = version(subject, name, Visibility.ALL);
        if (!version.deleted()) {
            throw RegistryError.notDeletedFirst(subject, version.number());
        }
        write(List.of(new HardDeleted(subject, version.number())));
        return version.number();
    }

    /** Returns the incompatibilities of this schema as the subject's next version. */
    List<String> incompatibilities(String subject, Schema schema) {
        return level(subject).incompatibilities(schema, schemas(catalogue.versions(subject, Visibility.ACTIVE)));
    }

    /** Returns the incompatibilities between this schema and one version of the subject; none if there is no latest version. */
    List<String> incompatibilities(String subject, String name, Schema schema) {
        if (number(name) < 0 && catalogue.versions(subject, Visibility.ACTIVE).isEmpty()) {
            return List.of();
        }
        return level(subject).incompatibilities(schema, schemas(List.of(version(subject, name, Visibility.ACTIVE))));
    }

    /** The level in force for a subject. */
    CompatibilityLevel level(String subject) {
        return catalogue.level(Optional.of(subject)).orElseGet(this::level);
    }

    /** The level in force for subjects without their own. */
    CompatibilityLevel level() {
        return catalogue.level(Optional.empty()).orElse(DEFAULT_LEVEL);
    }

    /** The mode in force for a subject. */
    Mode mode(String subject) {
        return catalogue.mode(Optional.of(subject)).orElseGet(this::mode);
    }

    /** The mode in force for subjects without their own. */
    Mode mode() {
        return catalogue.mode(Optional.empty()).orElse(Mode.READWRITE);
    }

    synchronized void set(Optional<String> subject, CompatibilityLevel level) {
        open();
        write(List.of(new LevelSet(subject, Optional.of(level))));
    }

    synchronized void set(Optional<String> subject, Mode mode) {
        administration.require("Changing modes");
        open();
        write(List.of(new ModeSet(subject, Optional.of(mode))));
    }

    synchronized void unsetLevel(Optional<String> subject) {
        open();
        write(List.of(new LevelSet(subject, Optional.empty())));
    }

    synchronized void unsetMode(Optional<String> subject) {
        administration.require("Changing modes");
        open();
        write(List.of(new ModeSet(subject, Optional.empty())));
    }

    @Override
    public synchronized void close() {
        log.close();
    }

    private void write(List<SchemaEvent> changes) {
        log.append(changes);
        changes.forEach(catalogue::apply);
    }

    private void requireWritable(String subject) {
        if (mode(subject) == Mode.READONLY) {
            throw RegistryError.notPermitted("Subject %s is in read-only mode".formatted(subject));
        }
    }

    private int nextNumber(String subject) {
        List<Version> all = catalogue.versions(subject, Visibility.ALL);
        return all.isEmpty() ? 1 : all.get(all.size() - 1).number() + 1;
    }

    /** Returns the number of a version's name; -1 for the latest. */
    private static int number(String name) {
        if (name.equals(LATEST) || name.equals("-1")) {
            return -1;
        }
        try {
            int number = Integer.parseInt(name);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw RegistryError.invalidVersion(name);
        }
        throw RegistryError.invalidVersion(name);
    }

    private static Optional<Version> withSchema(List<Version> versions, String schema) {
        return versions.stream()
                .filter(version -> version.schema().equals(schema))
                .reduce((earlier, later) -> later);
    }

    private static List<Schema> schemas(List<Version> versions) {
        return versions.stream()
                .map(version -> new Schema.Parser().parse(version.schema()))
                .toList();
    }

    private static List<Integer> numbers(List<Version> versions) {
        return versions.stream().map(Version::number).toList();
    }
}
