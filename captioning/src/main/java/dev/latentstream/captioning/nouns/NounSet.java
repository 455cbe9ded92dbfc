package dev.latentstream.captioning.nouns;

import java.util.List;

/**
 * The distinct nouns of one caption.
 *
 * @param lemmas in order of appearance: common nouns as lower-case lemmas, proper nouns as written
 * @param proper number of proper nouns among them
 */
public record NounSet(List<String> lemmas, int proper) {
    public NounSet {
        lemmas = List.copyOf(lemmas);
        if (proper < 0 || proper > lemmas.size()) {
            throw new IllegalArgumentException("%d proper nouns among %d nouns".formatted(proper, lemmas.size()));
        }
    }
}
