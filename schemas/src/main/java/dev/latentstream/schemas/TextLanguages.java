package dev.latentstream.schemas;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The languages that an {@link AltTextPolicy} can name, by ISO 639-1: those in which most of the web is written. */
public final class TextLanguages {
    /** By the codes of ISO 639-3 that language detectors use. */
    private static final Map<String, String> CODES = Map.ofEntries(
            Map.entry("eng", "en"),
            Map.entry("deu", "de"),
            Map.entry("fra", "fr"),
            Map.entry("spa", "es"),
            Map.entry("ita", "it"),
            Map.entry("por", "pt"),
            Map.entry("nld", "nl"),
            Map.entry("pol", "pl"),
            Map.entry("rus", "ru"),
            Map.entry("ukr", "uk"),
            Map.entry("jpn", "ja"),
            Map.entry("cmn", "zh"),
            Map.entry("kor", "ko"),
            Map.entry("ara", "ar"),
            Map.entry("tur", "tr"),
            Map.entry("swe", "sv"),
            Map.entry("dan", "da"),
            Map.entry("nob", "no"),
            Map.entry("fin", "fi"),
            Map.entry("ces", "cs"),
            Map.entry("slk", "sk"),
            Map.entry("hun", "hu"),
            Map.entry("ron", "ro"),
            Map.entry("bul", "bg"),
            Map.entry("ell", "el"),
            Map.entry("heb", "he"),
            Map.entry("hin", "hi"),
            Map.entry("tha", "th"),
            Map.entry("vie", "vi"),
            Map.entry("ind", "id"),
            Map.entry("pes", "fa"),
            Map.entry("hrv", "hr"),
            Map.entry("lit", "lt"),
            Map.entry("lav", "lv"),
            Map.entry("est", "et"),
            Map.entry("slv", "sl"),
            Map.entry("cat", "ca"));

    private TextLanguages() {}

    /** Returns the language of a code of ISO 639-3; empty if a policy cannot name it. */
    public static Optional<String> of(String iso3) {
        return Optional.ofNullable(CODES.get(iso3));
    }

    /** Returns all of them, in order. */
    public static Set<String> all() {
        return new TreeSet<>(CODES.values());
    }
}
