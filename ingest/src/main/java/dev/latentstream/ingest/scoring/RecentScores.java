package dev.latentstream.ingest.scoring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The scores of the last images: further copies of an image, with other texts, are not scored again. The least recently used are
 * forgotten. Not thread-safe.
 */
final class RecentScores {
    /** About a hundred bytes each. */
    private static final int MAX_IMAGES = 1 << 16;

    private final Map<Key, Map<String, Double>> scores = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Map<String, Double>> eldest) {
            return size() > MAX_IMAGES;
        }
    };

    /**
     * All that the scores of an image depend on.
     *
     * @param text empty if they do not depend on it
     */
    record Key(String model, String pixels, Optional<String> text) {}

    Optional<Map<String, Double>> find(Key key) {
        return Optional.ofNullable(scores.get(key));
    }

    void keep(Key key, Map<String, Double> found) {
        scores.put(key, found);
    }
}
