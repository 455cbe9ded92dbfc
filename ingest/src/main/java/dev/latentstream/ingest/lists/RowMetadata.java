package dev.latentstream.ingest.lists;

import dev.latentstream.schemas.AltTextFault;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of a row about its image.
 *
 * @param texts in the order of their columns, unchecked
 * @param attributes by name, unchecked
 * @param dropped what can be neither
 */
public record RowMetadata(List<String> texts, Map<String, String> attributes, List<Dropped> dropped) {
    /** A value that is not used, and why, in words. */
    public record Dropped(AltTextFault fault, String reason) {}

    public RowMetadata {
        texts = List.copyOf(texts);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        dropped = List.copyOf(dropped);
    }
}
