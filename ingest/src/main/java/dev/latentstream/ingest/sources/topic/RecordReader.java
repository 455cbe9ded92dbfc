package dev.latentstream.ingest.sources.topic;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Sourced;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SourceNames;
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

    private static final int MAX_SHOWN = 120; // characters of a name that is refused

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
        @Nullable FieldValues values = values(record, value);
        byte[] image = values == null ? value : values.bytes(fields.image());
        String uri = part(fields.uri(), record, values).orElse(place);
        List<SourceItem> items = new ArrayList<>();
        List<String> texts = texts(uri, record, values, items);
        Map<String, String> named = new LinkedHashMap<>();
        for (String part : fields.attributes()) {
            RecordPart attribute = RecordPart.parse(part);
            attribute.text(record, values).ifPresent(text -> named.put(attribute.name(), text));
        }
        SourceItem item = image(uri, image, texts, attributes(record, named));
        Optional<String> source = part(fields.source(), record, values);
        items.add(source.isPresent() ? ofSource(source.get(), item) : item);
        return items;
    }

    /** Returns the fields; null if the value is the image itself. */
    private @Nullable FieldValues values(ConsumerRecord<byte[], byte[]> record, byte[] value) {
        return switch (fields.format()) {
            case RAW -> null;
            case JSON -> FieldValues.ofJson(value);
            case AVRO -> FieldValues.ofAvro(avro(record, value));
        };
    }

    private static Optional<String> part(
            Optional<String> part, ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values) {
        return part.flatMap(named -> RecordPart.parse(named).text(record, values))
                .filter(text -> !text.isBlank());
    }

    private static SourceItem ofSource(String source, SourceItem item) {
        if (!(item instanceof Found found)) {
            return item;
        }
        return SourceNames.valid(source)
                ? new Sourced(source, found)
                : new Refused(
                        item.uri(),
                        new Refusal(
                                RejectionReason.WRONG_SOURCE,
                                source.substring(0, Math.min(MAX_SHOWN, source.length())),
                                SourceNames.RULE,
                                SourceNames.refusal(source)));
    }

    private SourceItem image(String uri, byte[] image, List<String> texts, Map<String, String> attributes) {
        return image.length > maxImageBytes
                ? new TooLarge(uri, ImageId.of(ByteBuffer.wrap(image)), image.length, maxImageBytes)
                : new Found(uri, image, texts, attributes, Optional.empty(), 0);
    }

    private List<String> texts(
            String uri, ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values, List<SourceItem> dropped) {
        List<String> texts = new ArrayList<>();
        for (String part : fields.texts()) {
            Optional<String> text = RecordPart.parse(part).text(record, values).flatMap(AltTexts::clean);
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
