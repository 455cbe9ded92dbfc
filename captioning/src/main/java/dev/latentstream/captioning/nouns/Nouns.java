package dev.latentstream.captioning.nouns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import opennlp.tools.lemmatizer.LemmatizerModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.ThreadSafePOSTaggerME;
import opennlp.tools.tokenize.ThreadSafeTokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;

/**
 * Finds the nouns of an English caption with OpenNLP's tokenizer, part-of-speech tagger and lemmatizer.
 *
 * <p>The models were trained on whole sentences; captions are phrases. Rules correct the tagger's known errors on phrases: a colour
 * before a noun is not a noun, an article needs a noun, hyphens join words, and a capital inside the text marks a proper noun.
 * Thread-safe.
 */
public final class Nouns {
    private static final String MODEL = "/opennlp-en-ud-ewt-%s.bin";

    private final ThreadSafeTokenizerME tokenizer;
    private final ThreadSafePOSTaggerME tagger;
    private final Lemmas lemmas;

    private Nouns(TokenizerModel tokens, POSModel tags, Lemmas lemmas) {
        this.tokenizer = new ThreadSafeTokenizerME(tokens);
        this.tagger = new ThreadSafePOSTaggerME(tags);
        this.lemmas = lemmas;
    }

    /** Loads the English models from the class path: about 2 MB, a few hundred milliseconds. */
    public static Nouns english() {
        try (InputStream tokens = resource(MODEL.formatted("tokens-1.3-2.5.4"));
                InputStream tags = resource(MODEL.formatted("pos-1.3-2.5.4"));
                InputStream lemmas = resource(MODEL.formatted("lemmas-1.3-2.5.4"));
                InputStream plurals = resource("irregular-plurals.txt")) {
            return new Nouns(
                    new TokenizerModel(tokens),
                    new POSModel(tags),
                    new Lemmas(new LemmatizerModel(lemmas), pairs(plurals)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read OpenNLP's English models", e);
        }
    }

    /** Returns the distinct nouns of a caption, ignoring case. */
    public NounSet of(String caption) {
        AltTextNormalizer normalized = AltTextNormalizer.of(caption);
        List<Word> words = words(normalized);
        List<String> nouns = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int proper = 0;
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            if (word.isNounIn(words, i) && !(isPlural(word) && word.isVerbIn(words, i))) {
                boolean isProper = normalized.caseTells() && word.isProperIn(words, i);
                String lemma = isProper ? word.stem() : lemmas.of(word.stem());
                if (seen.add(lemma.toLowerCase(Locale.ROOT))) {
                    nouns.add(lemma);
                    proper += isProper ? 1 : 0;
                }
            }
        }
        return new NounSet(nouns, proper);
    }

    private boolean isPlural(Word word) {
        String lower = word.stem().toLowerCase(Locale.ROOT);
        return lower.endsWith("s") && !lemmas.of(lower).equals(lower);
    }

    private List<Word> words(AltTextNormalizer normalized) {
        Span[] spans = tokenizer.tokenizePos(normalized.text());
        String[] tokens = Span.spansToStrings(spans, normalized.text());
        String[] tags = tagger.tag(tokens);
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            boolean bound = i > 0 && spans[i - 1].getEnd() == spans[i].getStart();
            Word word = Word.of(tokens[i], tags[i]);
            if (bound && !words.isEmpty() && words.get(words.size() - 1).binds(word)) {
                words.set(words.size() - 1, words.get(words.size() - 1).boundTo(word));
            } else {
                words.add(word);
            }
        }
        return words;
    }

    private static InputStream resource(String name) {
        InputStream stream = Nouns.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IllegalStateException("%s is not on the class path".formatted(name));
        }
        return stream;
    }

    private static Map<String, String> pairs(InputStream stream) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 2))
                    .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
        }
    }
}
