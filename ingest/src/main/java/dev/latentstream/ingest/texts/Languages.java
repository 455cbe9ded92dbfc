package dev.latentstream.ingest.texts;

import dev.latentstream.schemas.TextLanguages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetector;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.langdetect.ThreadSafeLanguageDetectorME;
import org.jspecify.annotations.Nullable;

/**
 * The language of a text by OpenNLP's detector (model langdetect 1.3, 103 languages), among the languages in which most of the web is written.
 *
 * <p>Texts of images are short, and few of them are certain. A text has a wrong language only if another one is clearly more likely than
 * every admitted one; one that could be either is admitted. Thread-safe; loads the model, 10 MB, when the first text needs it.
 */
final class Languages {
    private static final String MODEL = "/langdetect-183.bin";

    /** Of 23 English texts of one to seven words all are below this, and of 50 in other languages all but 2 are above. */
    private static final double CLEARLY = 1.15;

    private @Nullable LanguageDetector detector;

    /** @param admitted languages by ISO 639-1; empty for all */
    Optional<TextFault> fault(List<String> admitted, String text) {
        if (admitted.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Double> likely = likelihoods(text);
        String best = likely.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        double wanted = admitted.stream()
                .mapToDouble(language -> likely.getOrDefault(language, 0.0))
                .max()
                .orElse(0);
        return likely.getOrDefault(best, 0.0) > CLEARLY * wanted
                ? Optional.of(new TextFault("wrong-language", best, String.join(", ", admitted)))
                : Optional.empty();
    }

    private Map<String, Double> likelihoods(String text) {
        Map<String, Double> likely = new HashMap<>();
        for (Language language : detector().predictLanguages(text)) {
            TextLanguages.of(language.getLang())
                    .ifPresent(known -> likely.merge(known, language.getConfidence(), Math::max));
        }
        return likely;
    }

    private synchronized LanguageDetector detector() {
        LanguageDetector loaded = detector;
        if (loaded == null) {
            try (InputStream model = Languages.class.getResourceAsStream(MODEL)) {
                loaded = new ThreadSafeLanguageDetectorME(
                        new LanguageDetectorModel(Objects.requireNonNull(model, MODEL + " is not on the class path")));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read OpenNLP's model of languages", e);
            }
            detector = loaded;
        }
        return loaded;
    }
}
