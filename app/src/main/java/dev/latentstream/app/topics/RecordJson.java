package dev.latentstream.app.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.schemas.SchemaRegistryException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Converts a record of any topic to JSON, decoded if possible; long byte strings are shortened to their first few and a length. */
public final class RecordJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int SHOWN_BYTES = 16;

    /** The registry's error code for a schema that it does not have. */
    private static final int UNKNOWN_SCHEMA = 40403;

    private final Deserializer<GenericRecord> deserializer;

    public RecordJson(Deserializer<GenericRecord> deserializer) {
        this.deserializer = deserializer;
    }

    public ObjectNode of(ConsumerRecord<String, byte @Nullable []> record) {
        ObjectNode node = JSON.objectNode();
        node.put("topic", record.topic());
        node.put("partition", record.partition());
        node.put("offset", record.offset());
        node.put("time", Instant.ofEpochMilli(record.timestamp()).toString());
        node.put("key", record.key());
        ObjectNode headers = node.putObject("headers");
        for (Header header : record.headers()) {
            headers.put(
                    header.key(), header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8));
        }
        node.set("value", value(record.topic(), record.value()));
        return node;
    }

    /** Decodes a value; one that is not in the wire format, or whose schema the registry does not know, is shown as bytes. */
    private JsonNode value(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return JSON.nullNode();
        }
        try {
            GenericRecord value = deserializer.deserialize(topic, bytes);
            return value == null ? JSON.nullNode() : record(value);
        } catch (SerializationException undecodable) {
            return bytes(ByteBuffer.wrap(bytes));
        } catch (SchemaRegistryException refused) {
            if (refused.errorCode() != UNKNOWN_SCHEMA) {
                throw refused;
            }
            return bytes(ByteBuffer.wrap(bytes), "; the registry does not know its schema");
        }
    }

    public static ObjectNode record(GenericRecord record) {
        ObjectNode node = JSON.objectNode();
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            if (value instanceof Long millis
                    && field.schema().getLogicalType() instanceof LogicalTypes.TimestampMillis) {
                node.put(field.name(), Instant.ofEpochMilli(millis).toString());
            } else {
                node.set(field.name(), any(value));
            }
        }
        return node;
    }

    private static JsonNode any(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        } else if (value instanceof GenericRecord record) {
            return record(record);
        } else if (value instanceof ByteBuffer bytes) {
            return bytes(bytes);
        } else if (value instanceof Collection<?> items) {
            ArrayNode array = JSON.arrayNode();
            items.forEach(item -> array.add(any(item)));
            return array;
        } else if (value instanceof Map<?, ?> map) {
            ObjectNode object = JSON.objectNode();
            map.forEach((key, item) -> object.set(String.valueOf(key), any(item)));
            return object;
        }
        return scalar(value);
    }

    private static JsonNode scalar(Object value) {
        if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        } else if (value instanceof Float number) {
            return JSON.numberNode(number);
        } else if (value instanceof Double number) {
            return JSON.numberNode(number);
        } else if (value instanceof Number number) {
            return JSON.numberNode(number.longValue());
        }
        return JSON.textNode(value.toString());
    }

    private static JsonNode bytes(ByteBuffer bytes) {
        return bytes(bytes, "");
    }

    private static JsonNode bytes(ByteBuffer bytes, String note) {
        ByteBuffer all = bytes.duplicate();
        byte[] shown = new byte[Math.min(SHOWN_BYTES, all.remaining())];
        int length = all.remaining();
        all.get(shown);
        String hex = HexFormat.of().formatHex(shown);
        return JSON.textNode("%s%s (%d bytes%s)".formatted(hex, length > shown.length ? "..." : "", length, note));
    }
}
