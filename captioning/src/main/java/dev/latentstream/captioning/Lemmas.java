package dev.latentstream.captioning;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import opennlp.tools.lemmatizer.LemmatizerModel;
import opennlp.tools.lemmatizer.ThreadSafeLemmatizerME;

/**
 * The dictionary form of a noun: {@code dogs} to {@code dog}.
 *
 * <p>OpenNLP's lemmatizer costs ten times what its tagger does, so each word is asked for once, alone and as a noun, and
 * remembered. Safe for use by several threads.
 */
final class Lemmas {
    /** Bounds the memory at some 10 MB: more distinct nouns than that are rare enough to be asked for again. */
    private static final int MAX_REMEMBERED = 100_000;

    private static final String[] NOUN = {"NOUN"};

    private final ThreadSafeLemmatizerME lemmatizer;
    private final Map<String, String> irregularPlurals;
    private final Map<String, String> remembered = new ConcurrentHashMap<>();

    Lemmas(LemmatizerModel model, Map<String, String> irregularPlurals) {
        this.lemmatizer = new ThreadSafeLemmatizerME(model);
        this.irregularPlurals = Map.copyOf(irregularPlurals);
    }

    /** The lemma in lower case; of a compound only the last part is inflected. */
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
        String known = remembered.get(word);
        if (known != null) {
            return known;
        }
        String lemma = asked(word);
        if (remembered.size() < MAX_REMEMBERED) {
            remembered.put(word, lemma);
        }
        return lemma;
    }

    /** The model takes an ending for a plural now and then that is none, and cuts too much of it. */
    private String asked(String word) {
        String lemma =
                List.of(lemmatizer.lemmatize(new String[] {word}, NOUN)).get(0).toLowerCase(Locale.ROOT);
        return lemma.isEmpty() ? word : lemma;
    }
}
