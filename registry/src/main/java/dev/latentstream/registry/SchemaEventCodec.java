package dev.latentstream.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.registry.SchemaEvent.HardDeleted;
import dev.latentstream.registry.SchemaEvent.LevelSet;
import dev.latentstream.registry.SchemaEvent.ModeSet;
import dev.latentstream.registry.SchemaEvent.Nothing;
import dev.latentstream.registry.SchemaEvent.Stored;
import dev.latentstream.registry.SchemaEvent.SubjectSoftDeleted;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts a {@link SchemaEvent} to a record of {@code _schemas} in the format of Confluent's server, and back. The order of a
 * key's members matters, because compaction compares keys byte by byte.
 */
final class SchemaEventCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A record of the topic.
     *
     * @param value null unsets the setting of the key
     */
    record Entry(String key, @Nullable String value) {
        /** The size of key and value. */
        int bytes() {
            int ofValue = value == null ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
            return key.getBytes(StandardCharsets.UTF_8).length + ofValue;
        }
    }

    private SchemaEventCodec() {}

    static Entry encode(SchemaEvent change) {
        if (change instanceof Stored stored) {
            Version version = stored.version();
            return new Entry(schemaKey(version.subject(), version.number()), schemaValue(version));
        }
        if (change instanceof HardDeleted erased) {
            return new Entry(schemaKey(erased.subject(), erased.number()), null);
        }
        if (change instanceof SubjectSoftDeleted hidden) {
            String value = JSON.createObjectNode()
                    .put("subject", hidden.subject())
                    .put("version", hidden.upTo())
                    .toString();
            return new Entry(key("DELETE_SUBJECT", Optional.of(hidden.subject())), value);
        }
        if (change instanceof LevelSet set) {
            return new Entry(key("CONFIG", set.subject()), member("compatibilityLevel", set.level()));
        }
        if (change instanceof ModeSet set) {
            return new Entry(key("MODE", set.subject()), member("mode", set.mode()));
        }
        throw new IllegalArgumentException("%s is not written".formatted(change));
    }

    /** @throws IllegalArgumentException for a record that this registry cannot support and must not ignore */
    static SchemaEvent decode(Entry entry) {
        JsonNode key = parse(entry.key());
        JsonNode value = entry.value() == null ? NullNode.getInstance() : parse(entry.value());
        Optional<String> subject = Optional.ofNullable(key.path("subject").textValue());
        return switch (key.path("keytype").asText()) {
            case "SCHEMA" -> schema(key, value);
            case "DELETE_SUBJECT" ->
                value.isNull()
                        ? new Nothing()
                        : new SubjectSoftDeleted(
                                subject.orElseThrow(), value.path("version").asInt());
            case "CONFIG" ->
                new LevelSet(subject, member(value, "compatibilityLevel").flatMap(CompatibilityLevel::named));
            case "MODE" -> new ModeSet(subject, member(value, "mode").flatMap(Mode::named));
            default -> new Nothing();
        };
    }

    private static SchemaEvent schema(JsonNode key, JsonNode value) {
        String subject = key.path("subject").asText();
        int number = key.path("version").asInt();
        if (value.isNull()) {
            return new HardDeleted(subject, number);
        }
        String type = value.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !value.path("references").isEmpty()) {
            throw new IllegalArgumentException(
                    "version %d of subject \"%s\" is of type %s with %d references; this registry supports only Avro without"
                            .formatted(
                                    number,
                                    subject,
                                    type,
                                    value.path("references").size()));
        }
        return new Stored(new Version(
                subject,
                number,
                value.path("id").asInt(),
                value.path("schema").asText(),
                value.path("deleted").asBoolean()));
    }

    private static String schemaKey(String subject, int number) {
        return JSON.createObjectNode()
                .put("keytype", "SCHEMA")
                .put("subject", subject)
                .put("version", number)
                .put("magic", 1)
                .toString();
    }

    private static String schemaValue(Version version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.number())
                .put("id", version.id())
                .put("schema", version.schema())
                .put("deleted", version.deleted())
                .toString();
    }

    private static String key(String type, Optional<String> subject) {
        return JSON.createObjectNode()
                .put("keytype", type)
                .put("subject", subject.orElse(null))
                .put("magic", 0)
                .toString();
    }

    private static @Nullable String member(String name, Optional<? extends Enum<?>> value) {
        return value.map(set -> JSON.createObjectNode().put(name, set.name()).toString())
                .orElse(null);
    }

    private static Optional<String> member(JsonNode value, String name) {
        return Optional.ofNullable(value.path(name).textValue());
    }

    private static ObjectNode parse(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
        throw new IllegalArgumentException("not a JSON object: " + json);
    }
}
