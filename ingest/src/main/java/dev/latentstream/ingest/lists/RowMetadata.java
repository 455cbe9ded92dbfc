package dev.latentstream.ingest.lists;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of a row about its image.
 *
 * @param texts in the order of their columns, unchecked
 * @param attributes by name, unchecked
 * @param dropped what is too long for either, in words
 */
public record RowMetadata(List<String> texts, Map<String, String> attributes, List<String> dropped) {
    public RowMetadata {
        texts = List.copyOf(texts);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        dropped = List.copyOf(dropped);
    }
}
