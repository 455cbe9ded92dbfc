package dev.latentstream.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
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
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes Avro records in Confluent's wire format.
 *
 * <p>With {@code specific.avro.reader=true} the result is an instance of the generated class {@code specific.avro.value.type}, or
 * of the one with the record's name, and that class's schema is the reader's schema: fields missing in the writer's schema get their
 * defaults, unknown fields are dropped. With a value type the writer's names are resolved by {@link WriterNames}. Otherwise the result
 * is a generic record in the writer's schema.
 *
 * <p>Configured by Confluent's property names: {@code schema.registry.url} and related ones, {@code specific.avro.reader} (false),
 * {@code specific.avro.value.type}. Thread-safe. A record that cannot be decoded is a {@link SerializationException}. Not attributed to
 * the record are a registry that does not respond ({@link SchemaRegistryUnavailableException}) and one that does not know the schema, or
 * has another one under its id ({@link SchemaRegistryException}).
 */
public final class AvroDeserializer implements Deserializer<Object> {
    /** Confluent's name. */
    private static final String VALUE_TYPE = "specific.avro.value.type";

    private final ConcurrentMap<Integer, DatumReader<Object>> readers = new ConcurrentHashMap<>();
    private @Nullable SchemaIds ids;
    private boolean specific;
    private @Nullable Class<? extends SpecificRecord> valueType;

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
        RegistryProperties properties = new RegistryProperties(configs);
        specific = properties.flag("specific.avro.reader", false);
        if (specific && !isKey) {
            valueType = properties
                    .text(VALUE_TYPE)
                    .map(AvroDeserializer::generatedClass)
                    .orElse(null);
        }
    }

    @Override
    public @Nullable Object deserialize(String topic, byte @Nullable [] payload) {
        return payload == null ? null : read(topic, ByteBuffer.wrap(payload));
    }

    /** Reads the remaining bytes of a buffer without a copy of them all. The result keeps none of them. */
    @Override
    public @Nullable Object deserialize(String topic, Headers headers, @Nullable ByteBuffer payload) {
        if (payload == null) {
            return null;
        }
        return read(topic, payload.hasArray() ? payload : ByteBuffer.wrap(Utils.toArray(payload)));
    }

    private Object read(String topic, ByteBuffer payload) {
        int id = WireFormat.schemaId(payload);
        try {
            DatumReader<Object> reader = readers.computeIfAbsent(id, i -> reader(topic, i));
            return reader.read(null, new BoundedDecoder(payload, WireFormat.HEADER));
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw failure(topic, id, payload, e);
        }
    }

    /** Attributes a failure to the record, unless the registry failed or the record is sound in the current schema of its topic. */
    private KafkaException failure(String topic, int id, ByteBuffer payload, Throwable error) {
        if (error instanceof KafkaException known && !(error instanceof SerializationException)) {
            return known; // already has topic and reason
        }
        if (valueType != null && isExactly(SpecificData.get().getSchema(valueType), payload)) {
            return new SchemaRegistryException(
                    "topic %s: a record is a sound %s, but not in schema %d of the registry: %s"
                            .formatted(topic, valueType.getSimpleName(), id, RegistryFailures.OTHER_REGISTRY),
                    200,
                    error);
        }
        if (error instanceof SerializationException known) {
            return known;
        }
        String message = "topic %s: a record of schema %d cannot be decoded (%d bytes): %s"
                .formatted(topic, id, payload.remaining(), reason(error));
        // An Error as the cause would look like a failure of this process.
        return error instanceof Error
                ? new SerializationException(message)
                : new SerializationException(message, error);
    }

    /** Describes a failure in words: most that Avro throws for damaged bytes have no message, or that of an index. */
    private static String reason(Throwable error) {
        if (error instanceof StackOverflowError) {
            return "it is nested too deeply";
        }
        if (error instanceof IndexOutOfBoundsException) {
            return "it has an index that its schema does not have";
        }
        String message = error.getMessage();
        if (message == null || error instanceof NullPointerException) {
            return error instanceof EOFException ? "it breaks off" : "its bytes do not fit its schema";
        }
        return message;
    }

    /** Returns whether a payload is a record of this schema to its last byte. */
    private static boolean isExactly(Schema schema, ByteBuffer payload) {
        try {
            BoundedDecoder decoder = new BoundedDecoder(payload, WireFormat.HEADER);
            genericReader(schema).read(null, decoder);
            return decoder.isAtEnd();
        } catch (IOException | RuntimeException | StackOverflowError otherwise) {
            return false;
        }
    }

    private DatumReader<Object> reader(String topic, int id) {
        if (ids == null) {
            throw new IllegalStateException("configure() was not called");
        }
        SchemaIds registry = ids;
        Schema writer = RegistryFailures.schema(topic, registry, id);
        if (!specific) {
            return genericReader(writer);
        }
        Class<? extends SpecificRecord> type = valueType == null ? generatedClass(topic, id, writer) : valueType;
        Schema reader = SpecificData.get().getSchema(type);
        Schema renamed = WriterNames.of(writer, reader)
                .orElseThrow(() -> new SerializationException("topic %s: schema %d is of %s, not of %s"
                        .formatted(topic, id, writer.getFullName(), type.getSimpleName())));
        return new SpecificDatumReader<>(renamed, reader, SpecificData.getForClass(type));
    }

    private static Class<? extends SpecificRecord> generatedClass(String name) {
        try {
            return Class.forName(name).asSubclass(SpecificRecord.class);
        } catch (ClassNotFoundException | ClassCastException e) {
            throw new ConfigException(VALUE_TYPE, name, "is not a generated record on the class path");
        }
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
