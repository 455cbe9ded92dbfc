package dev.latentstream.runtime.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password, key or token, which prints as {@code ***}.
 *
 * <p>White space around it is dropped: files and environment variables often end in a line break. A class rather than a record,
 * because the settings reader takes a record for a mapping.
 */
public final class Secret {
    /** No secret: the empty text. */
    public static final Secret NONE = new Secret("");

    private static final String SHOWN = "***";
    /** A shorter secret is hidden only as a whole word, or one of a single letter would blank out that letter everywhere. */
    private static final int HIDDEN_ANYWHERE = 8;

    private static final Pattern SECRET_KEY = Pattern.compile(
            "passw(or)?d|passphrase|secret|jaas|credential|(api|access|private)[-_.]?key|user[-_.]?info");
    private static final Set<String> SECRET_WORDS = Set.of("key", "token", "auth");
    /** The user and password of a URL, up to the last {@code @} of the text, since a password may contain any character. */
    private static final Pattern USER_INFO = Pattern.compile("(?s)//.*@");

    private final String value;

    /** @throws IllegalArgumentException if there is a control character within the text, which the message does not show */
    public Secret(String text) {
        value = text.strip();
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a secret has a line break or another control character within");
        }
    }

    /** Returns whether the value of a setting is likely to be a password, key or token, by the setting's name. */
    public static boolean isNamedBy(String setting) {
        String lower = setting.toLowerCase(Locale.ROOT);
        return SECRET_KEY.matcher(lower).find()
                || Arrays.stream(lower.split("[^a-z0-9]+", -1)).anyMatch(SECRET_WORDS::contains);
    }

    /** Returns a text with the user and password of each URL in it hidden. */
    public static String withoutUserInfo(String text) {
        return USER_INFO.matcher(text).replaceAll("//" + SHOWN + "@");
    }

    /** Returns a text with this secret hidden. */
    public String hiddenIn(String text) {
        return isEmpty() ? text : hidden(value, text);
    }

    /** Returns a text with a secret, which is not empty, hidden. */
    static String hidden(String secret, String text) {
        if (secret.length() >= HIDDEN_ANYWHERE) {
            return text.replace(secret, SHOWN);
        }
        String word = "(?<![A-Za-z0-9])%s(?![A-Za-z0-9])".formatted(Pattern.quote(secret));
        return text.replaceAll(word, Matcher.quoteReplacement(SHOWN));
    }

    public boolean isEmpty() {
        return value.isEmpty();
    }

    /** The secret itself, for the header or client that needs it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return SHOWN;
    }
}
