package dev.latentstream.ingest.sources.topic;

import dev.latentstream.schemas.StrictUtf8;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A part of a record that is a text. */
sealed interface RecordPart {
    /** Returns the name of an attribute that it becomes. */
    String name();

    /**
     * Returns the text; empty if the record has none.
     *
     * @param values fields of the value; null if it has none
     * @throws UnreadableRecordException if it is not in UTF-8
     */
    Optional<String> text(ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values);

    /**
     * Parses {@code key}, {@code header:NAME} or a {@link FieldPath}, which {@code value:} may precede.
     *
     * @throws IllegalArgumentException for anything else
     */
    static RecordPart parse(String text) {
        if (text.equals("key")) {
            return new Key();
        }
        if (text.startsWith("header:")) {
            return new HeaderOf(text.substring("header:".length()));
        }
        return new Field(FieldPath.parse(text.startsWith("value:") ? text.substring("value:".length()) : text));
    }

    /** The key, as UTF-8. */
    record Key() implements RecordPart {
        @Override
        public String name() {
            return "key";
        }

        @Override
        public Optional<String> text(ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values) {
            return Optional.ofNullable(record.key()).map(key -> utf8("the key", key));
        }
    }

    /** The last header of a name, as UTF-8. */
    record HeaderOf(String name) implements RecordPart {
        public HeaderOf {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("header: has no name");
            }
        }

        @Override
        public Optional<String> text(ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values) {
            return Optional.ofNullable(record.headers().lastHeader(name))
                    .map(Header::value)
                    .map(value -> utf8("header " + name, value));
        }
    }

    /** A field of the value. */
    record Field(FieldPath path) implements RecordPart {
        @Override
        public String name() {
            return path.name();
        }

        @Override
        public Optional<String> text(ConsumerRecord<byte[], byte[]> record, @Nullable FieldValues values) {
            return values == null ? Optional.empty() : values.text(path);
        }
    }

    private static String utf8(String what, byte[] bytes) {
        try {
            return StrictUtf8.decode(bytes);
        } catch (CharacterCodingException other) {
            throw new UnreadableRecordException("%s is not in UTF-8".formatted(what));
        }
    }
}
