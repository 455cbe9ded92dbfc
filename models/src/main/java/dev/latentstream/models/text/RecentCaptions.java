package dev.latentstream.models.text;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A cache of values computed for captions, which drops the least recently used. Not thread-safe. */
final class RecentCaptions<V> {
    private final LinkedHashMap<String, V> values = new LinkedHashMap<>(16, 0.75f, true); // in the order of use
    private final long maxBytes;
    private final ToLongFunction<V> size;
    private long bytes;

    /**
     * @param maxBytes limit on all values together
     * @param size bytes of a value
     */
    RecentCaptions(long maxBytes, ToLongFunction<V> size) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("a cache of %d bytes; it must be at least 0".formatted(maxBytes));
        }
        this.maxBytes = maxBytes;
        this.size = size;
    }

    V get(String caption, Function<String, V> make) {
        V value = values.get(caption);
        if (value == null) {
            value = make.apply(caption);
            values.put(caption, value);
            bytes += size.applyAsLong(value);
            dropEldest();
        }
        return value;
    }

    private void dropEldest() {
        Iterator<Map.Entry<String, V>> eldest = values.entrySet().iterator();
        while (bytes > maxBytes) {
            bytes -= size.applyAsLong(eldest.next().getValue());
            eldest.remove();
        }
    }
}
