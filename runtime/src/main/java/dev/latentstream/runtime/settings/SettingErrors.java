package dev.latentstream.runtime.settings;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the errors of a settings file, and keeps values of secret keys out of their messages. */
final class SettingErrors {
    private final List<String> messages = new ArrayList<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    /** Hides a value in all messages if its key is secret. */
    void hideIfSecret(String path, String value) {
        if (Secret.isNamedBy(path) && !value.isBlank()) {
            secrets.add(value.strip());
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
        String shown = Secret.withoutUserInfo(message);
        for (String secret : secrets) {
            shown = Secret.hidden(secret, shown);
        }
        return shown;
    }
}
