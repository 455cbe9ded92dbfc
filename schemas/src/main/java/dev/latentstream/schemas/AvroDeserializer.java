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
 * Reads Avro records in Confluent's wire format, whoever wrote them.
 *
 * <p>With {@code specific.avro.reader=true} the result is of the generated class that bears the record's name, and the class's
 * schema is the reader's: fields that the writer did not know have their defaults, fields that the class does not know are
 * dropped. Otherwise the result is a generic record in the writer's schema.
 *
 * <p>Configured by Confluent's names: {@code schema.registry.url} and what belongs to it, {@code specific.avro.reader} (false).
 * Any number of threads may use one deserialiser. What cannot be decoded is a {@link SerializationException}; a registry that
 * does not answer is a {@link SchemaRegistryUnavailableException}, for which the record is not to blame.
 */
public final class AvroDeserializer implements Deserializer<Object> {
    private final ConcurrentMap<Integer, DatumReader<Object>> readers = new ConcurrentHashMap<>();
    private @Nullable SchemaIds ids;
    private boolean specific;

    /** For Kafka, which calls {@link #configure} next. */
    public AvroDeserializer() {}

    /** @param ids used instead of a registry named by the properties */
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
            throw e; // says all that there is to say
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
        // Avro's fast reader makes objects of whatever class the writer's schema names as `java-class`.
        data.setFastReaderEnabled(false);
        return new GenericDatumReader<>(writer, writer, data);
    }

    private static Class<? extends SpecificRecord> generatedClass(String topic, int id, Schema writer) {
        String name = writer.getFullName();
        ClassLoader loader = AvroDeserializer.class.getClassLoader();
        try {
            // The name comes from whoever wrote the record: no static initialiser runs before it is known to be a
            // record.
            return Class.forName(name, false, loader).asSubclass(SpecificRecord.class);
        } catch (ClassNotFoundException | LinkageError | ClassCastException e) {
            throw new SerializationException(
                    "topic %s: schema %d is of %s, for which there is no generated class".formatted(topic, id, name),
                    e);
        }
    }
}
