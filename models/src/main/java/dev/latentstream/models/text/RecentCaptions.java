package dev.latentstream.models.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A cache of values computed for captions, which drops the least recently used. Not thread-safe. */
final class RecentCaptions<V> {
    private final LinkedHashMap<String, V> values;

    /** @param bound number of captions that are kept */
    RecentCaptions(int bound) {
        if (bound < 0) {
            throw new IllegalArgumentException(
                    "%d captions to remember; the bound must be at least 0".formatted(bound));
        }
        values =
                new LinkedHashMap<>(16, 0.75f, true) { // in the order of use
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                        return size() > bound;
                    }
                };
    }

    V get(String caption, Function<String, V> make) {
        V value = values.get(caption);
        if (value == null) {
            value = make.apply(caption);
            values.put(caption, value);
        }
        return value;
    }
}
