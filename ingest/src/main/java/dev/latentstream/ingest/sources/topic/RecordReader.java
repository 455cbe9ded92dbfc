package dev.latentstream.ingest.sources.topic;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SampleTexts;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Sourced;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SchemaRegistryException;
import dev.latentstream.schemas.SourceNames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Turns the records of a topic into items of a source. */
final class RecordReader {
    private static final int NOT_FOUND = 404;
    private static final int MAX_SHOWN = 120; // characters of a name that is refused

    private final RecordFields fields;
    private final Deserializer<?> avro;
    private final ErrorsTolerance tolerance;
    private final int maxImageBytes;

    /**
     * @param avro reads Avro values
     * @param tolerance with {@link ErrorsTolerance#ALL} a record of a schema that the registry lacks is refused, else it ends the source
     */
    RecordReader(RecordFields fields, Deserializer<?> avro, ErrorsTolerance tolerance, int maxImageBytes) {
        this.fields = fields;
        this.avro = avro;
        this.tolerance = tolerance;
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
        @Nullable FieldValues values = values(record, value, place);
        byte[] image = values == null ? value : values.bytes(FieldPath.parse(fields.image()));
        Optional<String> source = fields.source()
                .flatMap(part -> RecordPart.parse(part).text(record, values))
                .filter(name -> !name.isBlank());
        Parts parts = new Parts(record, values, place);
        SourceItem item = image(image, parts);
        List<SourceItem> items = new ArrayList<>(parts.about().dropped());
        items.add(source.isPresent() ? ofSource(source.get(), item) : item);
        return items;
    }

    private SourceItem image(byte[] image, Parts parts) {
        String uri = fields.uri()
                .flatMap(part -> parts.text(RecordPart.parse(part)))
                .filter(text -> !text.isBlank())
                .orElse(parts.place());
        fields.texts().forEach(part -> parts.text(RecordPart.parse(part))
                .ifPresent(text -> parts.about().addText(uri, text)));
        fields.attributes().forEach(part -> {
            RecordPart attribute = RecordPart.parse(part);
            parts.attribute(uri, attribute.name(), attribute);
        });
        fields.headers().forEach(name -> parts.attribute(uri, name, new RecordPart.HeaderOf(name)));
        fields.key().ifPresent(name -> parts.attribute(uri, name, new RecordPart.Key()));
        return image.length > maxImageBytes
                ? new TooLarge(uri, ImageId.of(ByteBuffer.wrap(image)), image.length, maxImageBytes)
                : Found.of(uri, image, parts.about(), Optional.empty(), 0);
    }

    /** The parts of a record, of which those that are not readable are counted. */
    private record Parts(
            ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values, String place, SampleTexts about) {
        Parts(ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values, String place) {
            this(record, values, place, new SampleTexts());
        }

        Optional<String> text(RecordPart part) {
            try {
                return part.text(record, values);
            } catch (UnreadableRecordException unreadable) {
                about.drop(place, AltTextFault.UNREADABLE, String.valueOf(unreadable.getMessage()));
                return Optional.empty();
            }
        }

        void attribute(String uri, String name, RecordPart part) {
            text(part).ifPresent(text -> about.addAttribute(uri, name, text));
        }
    }

    /** Returns the fields; null if the value is the image itself. */
    private @Nullable FieldValues values(ConsumerRecord<byte[], byte[]> record, byte[] value, String place) {
        return switch (fields.format()) {
            case RAW -> null;
            case JSON -> FieldValues.ofJson(value);
            case AVRO -> FieldValues.ofAvro(avro(record, value, place));
        };
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

    private @Nullable Object avro(ConsumerRecord<byte[], byte[]> record, byte[] value, String place) {
        try {
            return avro.deserialize(record.topic(), value);
        } catch (SchemaRegistryException unknown) { // which the schema of a foreign record is as well
            if (unknown.status() != NOT_FOUND) {
                throw unknown;
            }
            int schema = ByteBuffer.wrap(value).getInt(1);
            if (tolerance == ErrorsTolerance.ALL) {
                throw new UnreadableRecordException("the registry has no schema %d, of the value".formatted(schema));
            }
            throw new InfrastructureException(
                    ("%s: the registry has no schema %d; check kafka.schema-registry-url, or set kafka.errors-tolerance"
                                    + " to all, with which records of unknown schemas are rejected")
                            .formatted(place, schema),
                    unknown);
        } catch (RuntimeException broken) {
            if (FailureKind.of(broken) == FailureKind.INFRASTRUCTURE) {
                throw broken; // such as a registry that does not answer
            }
            throw new UnreadableRecordException("the value is not Avro: " + broken.getMessage());
        }
    }
}
