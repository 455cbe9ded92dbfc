package dev.latentstream.ingest.sources.topic;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a record has its parts. A field is the path of names from the value to it, separated by dots.
 *
 * @param format of the values
 * @param image field of the image; empty if the value is the image
 * @param texts fields of texts
 * @param uri field of the URI; empty for the record's place
 * @param attributes fields that become attributes, by the last name of the path
 * @param headers headers that become attributes
 * @param key attribute that the key becomes
 */
public record RecordFields(
        ValueFormat format,
        String image,
        List<String> texts,
        Optional<String> uri,
        List<String> attributes,
        List<String> headers,
        Optional<String> key) {
    private static final Pattern PATH = Pattern.compile("[^.]+(\\.[^.]+)*");

    public RecordFields {
        texts = List.copyOf(texts);
        attributes = List.copyOf(attributes);
        headers = List.copyOf(headers);
        boolean raw = format == ValueFormat.RAW;
        if (raw && !(image.isEmpty() && texts.isEmpty() && uri.isEmpty() && attributes.isEmpty())) {
            throw new IllegalArgumentException(
                    "a raw value has no fields: give the format of the values, json or avro");
        }
        if (!raw && image.isEmpty()) {
            throw new IllegalArgumentException("the field of the image is missing");
        }
        if (!raw) {
            requirePath(image);
            texts.forEach(RecordFields::requirePath);
            attributes.forEach(RecordFields::requirePath);
            uri.ifPresent(RecordFields::requirePath);
        }
    }

    private static void requirePath(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("field \"%s\" is not names separated by dots".formatted(path));
        }
    }
}
