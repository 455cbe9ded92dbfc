package dev.latentstream.runtime.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects the errors of a settings file, and keeps values of secret keys out of their messages. */
final class SettingErrors {
    private static final Pattern SECRET_KEY = Pattern.compile("passw(or)?d|passphrase|secret|jaas|credential");
    private static final Set<String> SECRET_WORDS = Set.of("key", "token", "auth");

    private final List<String> messages = new ArrayList<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    /** Returns whether the value of a key is likely to be a password, key or token. */
    static boolean isSecret(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return SECRET_KEY.matcher(lower).find()
                || Arrays.stream(lower.split("[^a-z0-9]+", -1)).anyMatch(SECRET_WORDS::contains);
    }

    /** Hides a value in all messages if its key is secret. */
    void hideIfSecret(String path, String value) {
        if (isSecret(path) && !value.isBlank()) {
            secrets.add(value);
        }
    }

    void add(String message) {
        messages.add(message);
    }

    /** @throws SettingsException with all errors, if there are any */
    void throwIfAny() {
        if (messages.isEmpty()) {
            return;
        }
        List<String> lines = messages.stream().map(this::hidden).toList();
        throw new SettingsException(
                lines.size() == 1
                        ? lines.get(0)
                        : "%d errors:\n  %s".formatted(lines.size(), String.join("\n  ", lines)));
    }

    private String hidden(String message) {
        String shown = message;
        for (String secret : secrets) {
            // Only whole words, or a secret of one letter would blank out that letter everywhere.
            String word = "(?<![A-Za-z0-9])%s(?![A-Za-z0-9])".formatted(Pattern.quote(secret));
            shown = shown.replaceAll(word, "***");
        }
        return shown;
    }
}
