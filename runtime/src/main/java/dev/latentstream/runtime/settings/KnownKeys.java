package dev.latentstream.runtime.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The keys of one record, which explain an unknown key by the most similar known one. */
final class KnownKeys {
    /** A shorter prefix would match too many keys. */
    private static final int SHORTEST_PREFIX = 3;

    /** The characters of a key; a forgotten space, as in {@code api-key:abc}, makes a value part of its key. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+");

    private final List<String> keys;

    KnownKeys(List<String> keys) {
        this.keys = List.copyOf(new TreeSet<>(keys));
    }

    boolean contains(String key) {
        return keys.contains(key);
    }

    /** Returns a key as messages show it: without what may be a value. */
    static String shown(String key) {
        Matcher plain = PLAIN.matcher(key);
        return plain.matches() ? key : (plain.lookingAt() ? plain.group() : "") + "...";
    }

    /** Returns a message for an unknown key, with the key it was probably meant to be, else with all known keys. */
    String unknown(String path, String key) {
        return similarTo(key)
                .map(similar -> "%s is not a setting; did you mean %s?".formatted(path, similar))
                .orElseGet(() -> "%s is not a setting; known: %s".formatted(path, String.join(", ", keys)));
    }

    private Optional<String> similarTo(String key) {
        String given = plain(key);
        LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
        Optional<String> closest = keys.stream()
                .filter(known -> edits.apply(given, plain(known)) <= Math.max(1, given.length() / 3))
                .min(Comparator.comparingInt(known -> edits.apply(given, plain(known))));
        return closest.or(() -> keys.stream()
                .filter(known -> startsWith(plain(known), given) || startsWith(given, plain(known)))
                .findFirst());
    }

    private static boolean startsWith(String text, String prefix) {
        return prefix.length() >= SHORTEST_PREFIX && text.startsWith(prefix);
    }

    /** Ignores case and separators: {@code batchSize} and {@code batch_size} are meant to be {@code batch-size}. */
    private static String plain(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }
}
