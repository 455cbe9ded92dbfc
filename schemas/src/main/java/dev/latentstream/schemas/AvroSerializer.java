package dev.latentstream.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Serializes Avro records, generated or generic, in Confluent's wire format. The subject of a topic's values is {@code
 * <topic>-value}, that of its keys {@code <topic>-key}.
 *
 * <p>Configured by Confluent's property names: {@code schema.registry.url} and related ones, {@code auto.register.schemas} (true).
 * Thread-safe.
 */
public final class AvroSerializer implements Serializer<Object> {
    /** Suffixes of Confluent's TopicNameStrategy. */
    private static final String VALUE = "-value";

    private static final String KEY = "-key";

    private static final int SMALLEST_BUFFER = 512;

    private record Target(String topic, Schema schema, Class<?> type) {}

    private record Prepared(int schemaId, DatumWriter<Object> writer) {}

    private final ConcurrentMap<Target, Prepared> prepared = new ConcurrentHashMap<>();
    private @Nullable SchemaIds ids;
    private boolean register = true;
    private String subjectSuffix = VALUE;

    /** A little more than the size of the last record. Threads may overwrite each other's value, which is a hint only. */
    private int expectedBytes;

    /** For Kafka, which then calls {@link #configure}. */
    public AvroSerializer() {}

    /** @param ids used instead of a registry from the properties */
    public AvroSerializer(SchemaIds ids) {
        this.ids = ids;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (ids == null) {
            ids = new SchemaRegistryClient(configs);
        }
        register = new RegistryProperties(configs).flag("auto.register.schemas", true);
        subjectSuffix = isKey ? KEY : VALUE;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof IndexedRecord message)) {
            throw new SerializationException("topic %s: cannot write %s: not an Avro record"
                    .formatted(topic, value.getClass().getName()));
        }
        Target target = new Target(topic, message.getSchema(), message.getClass());
        Prepared ready = prepared.computeIfAbsent(target, this::prepare);
        try {
            return write(ready, message);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "topic %s: cannot write %s: %s"
                            .formatted(topic, target.schema().getFullName(), e.getMessage()),
                    e);
        }
    }

    private Prepared prepare(Target target) {
        String subject = target.topic() + subjectSuffix;
        int id = RegistryFailures.translated("topic " + target.topic(), () -> id(subject, target.schema()));
        return new Prepared(id, writer(target));
    }

    private int id(String subject, Schema schema) {
        if (ids == null) {
            throw new IllegalStateException("configure() was not called");
        }
        return register ? ids.register(subject, schema) : ids.lookUp(subject, schema);
    }

    private static DatumWriter<Object> writer(Target target) {
        boolean generated = SpecificRecord.class.isAssignableFrom(target.type());
        return generated
                ? new SpecificDatumWriter<>(target.schema(), generatedCode(target.type()))
                : new GenericDatumWriter<>(target.schema());
    }

    /** Returns a model that calls the generated code of each record, rather than interpret its schema. */
    private static SpecificData generatedCode(Class<?> type) {
        SpecificData model = new SpecificData();
        SpecificData.getForClass(type).getConversions().forEach(model::addLogicalTypeConversion);
        model.setCustomCoders(true);
        return model;
    }

    private byte[] write(Prepared ready, IndexedRecord message) throws IOException {
        // Growing by doubling would copy an image twice. Records of a topic have similar sizes.
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(SMALLEST_BUFFER, expectedBytes));
        out.write(WireFormat.header(ready.schemaId()));
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        ready.writer().write(message, encoder);
        encoder.flush();
        expectedBytes = out.size() + out.size() / 8;
        return out.toByteArray();
    }
}
