package dev.latentstream.ingest.sources.topic;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a record has its parts. A part is {@code key}, {@code header:NAME} or the path to a field, which {@code value:} may precede.
 *
 * @param format of the values
 * @param image field of the image; empty if the value is the image
 * @param texts parts that are texts
 * @param uri part that is the URI; empty for the record's place
 * @param source part that is the name of the image's source; empty for that of the source that reads it
 * @param attributes parts that become attributes, by the last name of the path
 * @param headers headers that become attributes
 * @param key attribute that the key becomes
 */
public record RecordFields(
        ValueFormat format,
        String image,
        List<String> texts,
        Optional<String> uri,
        Optional<String> source,
        List<String> attributes,
        List<String> headers,
        Optional<String> key) {
    public RecordFields {
        texts = List.copyOf(texts);
        attributes = List.copyOf(attributes);
        headers = List.copyOf(headers);
        boolean raw = format == ValueFormat.RAW;
        boolean fields = Stream.of(texts.stream(), uri.stream(), source.stream(), attributes.stream())
                        .flatMap(parts -> parts)
                        .map(RecordPart::parse)
                        .filter(RecordPart.Field.class::isInstance)
                        .count()
                > 0;
        if (raw && (fields || !image.isEmpty())) {
            throw new IllegalArgumentException(
                    "a raw value has no fields: give the format of the values, json or avro, or key or header:NAME");
        }
        if (!raw && image.isEmpty()) {
            throw new IllegalArgumentException("the field of the image is missing; . is the value itself");
        }
        if (!raw) {
            FieldPath unused = FieldPath.parse(image);
        }
    }
}
