package dev.latentstream.captioning.nouns;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import opennlp.tools.lemmatizer.LemmatizerModel;
import opennlp.tools.lemmatizer.ThreadSafeLemmatizerME;

/**
 * Lemmatizes nouns: {@code dogs} to {@code dog}.
 *
 * <p>OpenNLP's lemmatizer costs ten times as much as its tagger, so each word is lemmatized once, alone and as a noun, and cached.
 * Thread-safe.
 */
final class Lemmas {
    /** Limits the cache to about 10 MB; further distinct nouns are rare enough to be lemmatized each time. */
    private static final int MAX_CACHED = 100_000;

    private static final String[] NOUN = {"NOUN"};

    private final ThreadSafeLemmatizerME lemmatizer;
    private final Map<String, String> irregularPlurals;
    private final Map<String, String> cached = new ConcurrentHashMap<>();

    Lemmas(LemmatizerModel model, Map<String, String> irregularPlurals) {
        this.lemmatizer = new ThreadSafeLemmatizerME(model);
        this.irregularPlurals = Map.copyOf(irregularPlurals);
    }

    /** Returns the lemma in lower case; of a compound only the last part is inflected. */
    String of(String noun) {
        String lower = noun.toLowerCase(Locale.ROOT);
        int last = lower.lastIndexOf('-') + 1;
        return lower.substring(0, last) + ofWord(lower.substring(last));
    }

    private String ofWord(String word) {
        String irregular = irregularPlurals.get(word);
        if (irregular != null) {
            return irregular;
        }
        String known = cached.get(word);
        if (known != null) {
            return known;
        }
        String lemma = lemmatized(word);
        if (cached.size() < MAX_CACHED) {
            cached.put(word, lemma);
        }
        return lemma;
    }

    /** Returns the model's lemma; the model occasionally takes too much for a plural ending, and a word of which it leaves one letter or none is kept. */
    private String lemmatized(String word) {
        String lemma =
                List.of(lemmatizer.lemmatize(new String[] {word}, NOUN)).get(0).toLowerCase(Locale.ROOT);
        return lemma.length() < 2 ? word : lemma;
    }
}
