package dev.latentstream.app.testing;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.AvroSerializer;
import dev.latentstream.schemas.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Records in schemas of an earlier and of a later version, in the wire format. */
public final class OtherVersions implements AutoCloseable {
    private static final String NEW = "OF_TOMORROW";

    private final AvroSerializer serializer = new AvroSerializer();

    private enum Version {
        /** Of two fields with defaults, the last one is missing. */
        YESTERDAY,
        /** Each record has one field more, and each enum one symbol. */
        TOMORROW
    }

    public OtherVersions(KafkaConnection connection) {
        serializer.configure(Map.of("schema.registry.url", connection.settings().schemaRegistryUrl()), false);
    }

    /** Returns a record as a program wrote it that did not know the last optional field of each of its records. */
    public <V extends SpecificRecord> byte[] ofYesterday(Topic<V> topic, V value) throws IOException {
        return bytes(topic, in(Version.YESTERDAY, value));
    }

    /** Returns a record with a field that we do not know. */
    public <V extends SpecificRecord> byte[] ofTomorrow(Topic<V> topic, V value) throws IOException {
        return bytes(topic, in(Version.TOMORROW, value));
    }

    /** Returns a record with a field that we do not know, and with symbols that we do not know in its enums. */
    public <V extends SpecificRecord> byte[] withUnknownSymbols(Topic<V> topic, V value) throws IOException {
        GenericRecord record = in(Version.TOMORROW, value);
        replaceSymbols(record);
        return bytes(topic, record);
    }

    private byte[] bytes(Topic<?> topic, GenericRecord record) {
        return Objects.requireNonNull(serializer.serialize(topic.name(), record));
    }

    private static GenericRecord in(Version version, SpecificRecord value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<SpecificRecord>(value.getSchema(), SpecificData.getForClass(value.getClass()))
                .write(value, encoder);
        encoder.flush();
        Schema other = other(version, value.getSchema(), new HashMap<>());
        return new GenericDatumReader<GenericRecord>(value.getSchema(), other)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }

    private static Schema other(Version version, Schema schema, Map<String, Schema> named) {
        return switch (schema.getType()) {
            case RECORD -> record(version, schema, named);
            case ENUM -> named.computeIfAbsent(schema.getFullName(), name -> symbols(version, schema));
            case ARRAY -> Schema.createArray(other(version, schema.getElementType(), named));
            case MAP -> Schema.createMap(other(version, schema.getValueType(), named));
            case UNION ->
                Schema.createUnion(schema.getTypes().stream()
                        .map(type -> other(version, type, named))
                        .toList());
            default -> schema;
        };
    }

    private static Schema record(Version version, Schema schema, Map<String, Schema> named) {
        Schema known = named.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        Schema record = Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false);
        named.put(schema.getFullName(), record);
        List<Field> fields = new ArrayList<>();
        schema.getFields().forEach(field -> fields.add(new Field(field, other(version, field.schema(), named))));
        switch (version) {
            case YESTERDAY -> removeLastDefault(fields);
            case TOMORROW -> fields.add(0, new Field("added", Schema.create(Schema.Type.STRING), "New.", "none"));
        }
        record.setFields(fields);
        return record;
    }

    private static void removeLastDefault(List<Field> fields) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            if (fields.get(i).hasDefaultValue()) {
                fields.remove(i);
                return;
            }
        }
    }

    private static Schema symbols(Version version, Schema schema) {
        List<String> symbols = new ArrayList<>(schema.getEnumSymbols());
        if (version == Version.TOMORROW) {
            symbols.add(NEW);
        }
        return Schema.createEnum(
                schema.getName(), schema.getDoc(), schema.getNamespace(), symbols, schema.getEnumDefault());
    }

    private static void replaceSymbols(GenericRecord record) {
        for (Field field : record.getSchema().getFields()) {
            Object value = record.get(field.name());
            if (field.schema().getType() == Schema.Type.ENUM) {
                record.put(field.name(), new GenericData.EnumSymbol(field.schema(), NEW));
            } else if (value instanceof GenericRecord nested) {
                replaceSymbols(nested);
            } else if (value instanceof List<?> elements) {
                elements.forEach(element -> {
                    if (element instanceof GenericRecord nested) {
                        replaceSymbols(nested);
                    }
                });
            }
        }
    }

    @Override
    public void close() {
        serializer.close();
    }
}
