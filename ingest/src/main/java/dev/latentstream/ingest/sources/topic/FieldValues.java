package dev.latentstream.ingest.sources.topic;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.schemas.JsonFaults;
import dev.latentstream.schemas.StrictUtf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/** The fields of one value, JSON or Avro. */
final class FieldValues {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN and Infinity
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    private final @Nullable Object root;

    private FieldValues(@Nullable Object root) {
        this.root = root;
    }

    static FieldValues ofAvro(@Nullable Object value) {
        return new FieldValues(value);
    }

    /** @throws UnreadableRecordException if it is not JSON */
    static FieldValues ofJson(byte[] value) {
        try {
            return new FieldValues(JSON.readTree(value));
        } catch (JacksonException broken) {
            throw new UnreadableRecordException("the value is not JSON: " + JsonFaults.describe(broken));
        } catch (IOException otherEncoding) { // the first bytes decide in which encoding the parser reads
            throw new UnreadableRecordException("the value is not JSON: " + otherEncoding.getMessage());
        }
    }

    /**
     * Returns the bytes of a field, or what its base64 stands for.
     *
     * @throws UnreadableRecordException if there are none
     */
    byte[] bytes(FieldPath path) {
        Object value = at(path);
        if (value instanceof byte[] bytes) { // as Confluent's deserializer returns them
            return bytes;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (value instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        return base64(
                path,
                text(path)
                        .orElseThrow(() ->
                                new UnreadableRecordException("%s is neither bytes nor text".formatted(what(path)))));
    }

    /**
     * Returns a text, symbol of an enum, finite number or truth value as text; empty for all else.
     *
     * @throws UnreadableRecordException if it is not in UTF-8
     */
    Optional<String> text(FieldPath path) {
        Object value = at(path);
        if (value instanceof JsonNode node) {
            boolean scalar =
                    node.isTextual() || node.isBoolean() || (node.isNumber() && Double.isFinite(node.doubleValue()));
            return scalar ? Optional.of(node.asText()) : Optional.empty();
        }
        if (value instanceof Utf8 utf8) {
            return Optional.of(text(path, utf8));
        }
        boolean scalar = value instanceof CharSequence
                || value instanceof GenericEnumSymbol
                || value instanceof Boolean
                || (value instanceof Number number && Double.isFinite(number.doubleValue()));
        return scalar ? Optional.of(String.valueOf(value)) : Optional.empty();
    }

    private static String text(FieldPath path, Utf8 value) {
        try {
            return StrictUtf8.decode(ByteBuffer.wrap(value.getBytes(), 0, value.getByteLength()));
        } catch (CharacterCodingException damaged) {
            throw new UnreadableRecordException("%s is not in UTF-8".formatted(what(path)));
        }
    }

    private static byte[] base64(FieldPath path, String text) {
        int comma = text.startsWith("data:") ? text.indexOf(',') : -1;
        String plain = text.substring(comma + 1).replace('-', '+').replace('_', '/');
        try {
            return Base64.getMimeDecoder().decode(requireAlphabet(path, plain));
        } catch (IllegalArgumentException broken) {
            throw new UnreadableRecordException("%s is not base64: %s".formatted(what(path), broken.getMessage()));
        }
    }

    /** The decoder passes over what is not base64, so that any text would be an image. */
    private static String requireAlphabet(FieldPath path, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean valid = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!valid && "+/=\r\n ".indexOf(c) < 0) {
                throw new UnreadableRecordException("%s is not base64 at character %d".formatted(what(path), i));
            }
        }
        return text;
    }

    private static String what(FieldPath path) {
        return path.steps().isEmpty() ? "the value" : "field " + path.text();
    }

    private @Nullable Object at(FieldPath path) {
        Object value = root;
        for (FieldPath.Step step : path.steps()) {
            if (step instanceof FieldPath.Name field) {
                value = child(value, field.name());
            } else if (step instanceof FieldPath.Element element) {
                value = element(value, element.index());
            }
        }
        return value;
    }

    private static @Nullable Object element(@Nullable Object value, int index) {
        if (value instanceof JsonNode node) {
            return node.path(index);
        }
        return value instanceof List<?> list && index < list.size() ? list.get(index) : null;
    }

    private static @Nullable Object child(@Nullable Object value, String name) {
        if (value instanceof JsonNode node) {
            return node.path(name);
        }
        if (value instanceof GenericRecord record) {
            return record.hasField(name) ? record.get(name) : null;
        }
        if (value instanceof Map<?, ?> map) { // the schema decides which of the two classes its keys have
            Object ofText = map.get(name);
            return ofText == null ? map.get(new Utf8(name)) : ofText;
        }
        return null;
    }
}
