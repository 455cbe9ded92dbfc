package dev.latentstream.ingest.optout;

import java.util.Arrays;

/** A set of hashes in 8 bytes each. Immutable. */
final class OptOutEntries {
    private final long[] sorted;

    private OptOutEntries(long[] sorted) {
        this.sorted = sorted;
    }

    boolean contains(long hash) {
        return Arrays.binarySearch(sorted, hash) >= 0;
    }

    int size() {
        return sorted.length;
    }

    /** Collects hashes. Not thread-safe. */
    static final class Builder {
        private final int max;
        private long[] hashes = new long[1024];
        private int size;

        Builder(int max) {
            this.max = max;
        }

        /** @throws IllegalArgumentException if they are more than the bound */
        void add(long hash) {
            if (size == max) {
                throw new IllegalArgumentException(
                        "the opt-out lists have more entries than opt-outs.max-entries %d".formatted(max));
            }
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, (int) Math.min(max, size * 3L / 2));
            }
            hashes[size++] = hash;
        }

        OptOutEntries build() {
            Arrays.sort(hashes, 0, size);
            int distinct = 0;
            for (int i = 0; i < size; i++) {
                if (i == 0 || hashes[i] != hashes[i - 1]) {
                    hashes[distinct++] = hashes[i];
                }
            }
            return new OptOutEntries(Arrays.copyOf(hashes, distinct));
        }
    }
}
