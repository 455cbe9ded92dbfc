package dev.latentstream.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Gives the types and fields of a writer's schema the names of the reader's, where Avro's rules make them the same: a registry
 * accepts a schema without the namespace, or one that names the former name as its alias, but Java's reader finds neither.
 *
 * <p>A type is renamed to the reader's type of the same full name, of one of its aliases, or of the same name in another namespace,
 * in this order. A field of such a record is renamed to the reader's field that one of its aliases names. All else stays as it is.
 */
final class WriterNames {
    private final Map<String, Schema> readers = new HashMap<>();
    private final Map<String, Schema> renamed = new HashMap<>();

    private WriterNames(Schema reader) {
        collect(reader);
    }

    /** Returns the writer's schema in the reader's names; empty if the two are not of the same record. */
    static Optional<Schema> of(Schema writer, Schema reader) {
        Schema result = new WriterNames(reader).rename(writer);
        return result.getFullName().equals(reader.getFullName()) ? Optional.of(result) : Optional.empty();
    }

    private void collect(Schema schema) {
        if (isNamed(schema) && readers.putIfAbsent(schema.getFullName(), schema) != null) {
            return;
        }
        switch (schema.getType()) {
            case RECORD -> schema.getFields().forEach(field -> collect(field.schema()));
            case ARRAY -> collect(schema.getElementType());
            case MAP -> collect(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::collect);
            default -> {} // primitive types have no parts
        }
    }

    private Schema rename(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ENUM -> {
                Schema name = named(schema);
                yield Schema.createEnum(name.getName(), null, name.getNamespace(), schema.getEnumSymbols());
            }
            case FIXED -> {
                Schema name = named(schema);
                yield Schema.createFixed(name.getName(), null, name.getNamespace(), schema.getFixedSize());
            }
            case ARRAY -> Schema.createArray(rename(schema.getElementType()));
            case MAP -> Schema.createMap(rename(schema.getValueType()));
            case UNION ->
                Schema.createUnion(schema.getTypes().stream().map(this::rename).toList());
            default -> schema;
        };
    }

    private Schema record(Schema writer) {
        Schema known = renamed.get(writer.getFullName());
        if (known != null) { // recursive, or used twice
            return known;
        }
        Schema name = named(writer);
        Schema record = Schema.createRecord(name.getName(), null, name.getNamespace(), writer.isError());
        renamed.put(writer.getFullName(), record);
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : writer.getFields()) {
            fields.add(new Schema.Field(fieldName(field, name), rename(field.schema())));
        }
        record.setFields(fields);
        return record;
    }

    /** Returns the reader's type with the same name; the schema itself if there is none. */
    private Schema named(Schema writer) {
        List<String> names = Stream.concat(Stream.of(writer.getFullName()), writer.getAliases().stream())
                .toList();
        return first(reader -> names.contains(reader.getFullName()))
                .or(() -> first(
                        reader -> names.stream().anyMatch(name -> simple(name).equals(reader.getName()))))
                .orElse(writer);
    }

    private Optional<Schema> first(Predicate<Schema> fits) {
        return readers.values().stream().filter(fits).findFirst();
    }

    private static String fieldName(Schema.Field field, Schema reader) {
        if (reader.getType() != Schema.Type.RECORD || reader.getField(field.name()) != null) {
            return field.name();
        }
        return field.aliases().stream()
                .filter(alias -> reader.getField(alias) != null)
                .findFirst()
                .orElse(field.name());
    }

    private static String simple(String fullName) {
        return fullName.substring(fullName.lastIndexOf('.') + 1);
    }

    private static boolean isNamed(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> true;
            default -> false;
        };
    }
}
