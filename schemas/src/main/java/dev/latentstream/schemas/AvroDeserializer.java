package dev.latentstream.schemas;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes Avro records in Confluent's wire format.
 *
 * <p>With {@code specific.avro.reader=true} the result is an instance of the generated class with the record's name, and that
 * class's schema is the reader's schema: fields missing in the writer's schema get their defaults, unknown fields are dropped.
 * Otherwise the result is a generic record in the writer's schema.
 *
 * <p>Configured by Confluent's property names: {@code schema.registry.url} and related ones, {@code specific.avro.reader} (false).
 * Thread-safe. A record that cannot be decoded is a {@link SerializationException}; a registry that does not respond is a
 * {@link SchemaRegistryUnavailableException}, which must not be attributed to the record.
 */
public final class AvroDeserializer implements Deserializer<Object> {
    private final ConcurrentMap<Integer, DatumReader<Object>> readers = new ConcurrentHashMap<>();
    private @Nullable SchemaIds ids;
    private boolean specific;

    /** For Kafka, which then calls {@link #configure}. */
    public AvroDeserializer() {}

    /** @param ids used instead of a registry from the properties */
    public AvroDeserializer(SchemaIds ids) {
        this.ids = ids;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (ids == null) {
            ids = new SchemaRegistryClient(configs);
        }
        specific = new RegistryProperties(configs).flag("specific.avro.reader", false);
    }

    @Override
    public @Nullable Object deserialize(String topic, byte @Nullable [] payload) {
        if (payload == null) {
            return null;
        }
        int id = WireFormat.schemaId(payload);
        try {
            DatumReader<Object> reader = readers.computeIfAbsent(id, i -> reader(topic, i));
            return reader.read(null, new BoundedDecoder(payload, WireFormat.HEADER));
        } catch (KafkaException e) {
            throw e; // already has topic and reason
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new SerializationException(
                    "topic %s: a record of schema %d cannot be decoded (%d bytes): %s"
                            .formatted(topic, id, payload.length, e),
                    e);
        }
    }

    private DatumReader<Object> reader(String topic, int id) {
        if (ids == null) {
            throw new IllegalStateException("configure() was not called");
        }
        SchemaIds registry = ids;
        Schema writer = RegistryFailures.translated("topic " + topic, () -> registry.byId(id));
        if (!specific) {
            return genericReader(writer);
        }
        Class<? extends SpecificRecord> type = generatedClass(topic, id, writer);
        Schema reader = SpecificData.get().getSchema(type);
        return new SpecificDatumReader<>(writer, reader, SpecificData.getForClass(type));
    }

    private static DatumReader<Object> genericReader(Schema writer) {
        GenericData data = new GenericData();
        // Avro's fast reader instantiates any class that the writer's schema names as `java-class`.
        data.setFastReaderEnabled(false);
        return new GenericDatumReader<>(writer, writer, data);
    }

    private static Class<? extends SpecificRecord> generatedClass(String topic, int id, Schema writer) {
        String name = writer.getFullName();
        ClassLoader loader = AvroDeserializer.class.getClassLoader();
        try {
            // The record's writer chose the name, so no static initialiser may run before it is known to be a record.
            return Class.forName(name, false, loader).asSubclass(SpecificRecord.class);
        } catch (ClassNotFoundException | LinkageError | ClassCastException e) {
            throw new SerializationException(
                    "topic %s: schema %d is of %s, which has no generated class".formatted(topic, id, name), e);
        }
    }
}
