package dev.latentstream.ingest.lists;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns are read. What is not given is found by its name.
 *
 * @param url column of the URL
 * @param image column of the bytes of images
 * @param texts columns of texts, in order; empty for those that are known by name
 * @param attributes columns by the name of the attribute, besides those that are known by name
 */
public record ListColumns(
        Optional<String> url, Optional<String> image, List<String> texts, Map<String, String> attributes) {
    /** Columns are found by their names. */
    public static final ListColumns BY_NAME = new ListColumns(Optional.empty(), Optional.empty(), List.of(), Map.of());

    public ListColumns {
        if (attributes.containsKey("")) {
            throw new IllegalArgumentException(
                    "the attribute of column \"%s\" has no name".formatted(attributes.get("")));
        }
        texts = List.copyOf(texts);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }
}
