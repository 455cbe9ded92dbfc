package dev.latentstream.ingest.sources.topic;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Turns the records of a topic into items of a source. */
final class RecordReader {
    /** In characters. A header has any length, and nobody means such a one as an attribute. */
    private static final int MAX_ATTRIBUTE = 4096;

    private final RecordFields fields;
    private final Deserializer<GenericRecord> avro;
    private final int maxImageBytes;

    /** @param avro reads Avro values */
    RecordReader(RecordFields fields, Deserializer<GenericRecord> avro, int maxImageBytes) {
        this.fields = fields;
        this.avro = avro;
        this.maxImageBytes = maxImageBytes;
    }

    /** Returns the image of a record, or why it has none, and each text that is dropped. */
    List<SourceItem> read(ConsumerRecord<byte[], byte[]> record) {
        String place = "kafka:%s/%d@%d".formatted(record.topic(), record.partition(), record.offset());
        byte @Nullable [] value = record.value();
        if (value == null) {
            return List.of(new Skipped(place, "tombstone"));
        }
        try {
            return read(record, value, place);
        } catch (UnreadableRecordException garbage) {
            String detail = String.valueOf(garbage.getMessage());
            return List.of(new Refused(place, new Refusal(RejectionReason.UNREADABLE, null, null, detail)));
        }
    }

    private List<SourceItem> read(ConsumerRecord<byte[], byte[]> record, byte[] value, String place) {
        if (fields.format() == ValueFormat.RAW) {
            return List.of(image(place, value, List.of(), attributes(record, Map.of())));
        }
        FieldValues values = fields.format() == ValueFormat.JSON
                ? FieldValues.ofJson(value)
                : FieldValues.ofAvro(avro(record, value));
        String uri = fields.uri()
                .flatMap(values::text)
                .filter(text -> !text.isBlank())
                .orElse(place);
        List<SourceItem> items = new ArrayList<>();
        List<String> texts = texts(uri, values, items);
        Map<String, String> named = new LinkedHashMap<>();
        for (String path : fields.attributes()) {
            values.text(path).ifPresent(text -> named.put(path.substring(path.lastIndexOf('.') + 1), text));
        }
        items.add(image(uri, values.bytes(fields.image()), texts, attributes(record, named)));
        return items;
    }

    private SourceItem image(String uri, byte[] image, List<String> texts, Map<String, String> attributes) {
        return image.length > maxImageBytes
                ? new TooLarge(uri, ImageId.of(ByteBuffer.wrap(image)), image.length, maxImageBytes)
                : new Found(uri, image, texts, attributes, Optional.empty(), 0);
    }

    private List<String> texts(String uri, FieldValues values, List<SourceItem> dropped) {
        List<String> texts = new ArrayList<>();
        for (String path : fields.texts()) {
            Optional<String> text = values.text(path).flatMap(AltTexts::clean);
            if (text.isEmpty() || texts.contains(text.get())) {
                continue;
            }
            if (text.get().length() > AltTexts.MAX_CHARACTERS) {
                dropped.add(new DroppedText(
                        uri,
                        AltTextFault.TOO_LONG,
                        "%d characters are more than %d".formatted(text.get().length(), AltTexts.MAX_CHARACTERS)));
            } else {
                texts.add(text.get());
            }
        }
        return texts;
    }

    private Map<String, String> attributes(ConsumerRecord<byte[], byte[]> record, Map<String, String> named) {
        Map<String, String> attributes = new LinkedHashMap<>(named);
        for (String name : fields.headers()) {
            Header header = record.headers().lastHeader(name);
            if (header != null && header.value() != null) {
                attributes.put(name, utf8(header.value()));
            }
        }
        if (record.key() != null) {
            fields.key().ifPresent(name -> attributes.put(name, utf8(record.key())));
        }
        attributes.values().removeIf(value -> value.length() > MAX_ATTRIBUTE);
        return attributes;
    }

    private GenericRecord avro(ConsumerRecord<byte[], byte[]> record, byte[] value) {
        try {
            return avro.deserialize(record.topic(), value);
        } catch (RuntimeException broken) {
            if (FailureKind.of(broken) == FailureKind.INFRASTRUCTURE) {
                throw broken; // such as a registry that does not answer
            }
            throw new UnreadableRecordException("the value is not Avro: " + broken.getMessage());
        }
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
