package dev.latentstream.runtime.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A word or a symbol of a rule.
 *
 * @param position of its first character, from 0
 * @param quoted whether it is a word in quotes, which is no keyword
 */
record RuleToken(String text, int position, boolean quoted) {
    private static final String END = "";

    /** Returns the tokens of a rule, the last of which is its end. */
    static List<RuleToken> all(String rule) {
        List<RuleToken> tokens = new ArrayList<>();
        int i = 0;
        while (i < rule.length()) {
            char c = rule.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            RuleToken token = c == '\'' || c == '"' ? quoted(rule, i) : unquoted(rule, i);
            tokens.add(token);
            i += token.text.length() + (token.quoted ? 2 : 0);
        }
        tokens.add(new RuleToken(END, rule.length(), false));
        return tokens;
    }

    static IllegalArgumentException failure(String rule, int position, String message) {
        return new IllegalArgumentException("rule \"%s\", character %d: %s".formatted(rule, position + 1, message));
    }

    boolean isEnd() {
        return !quoted && text.equals(END);
    }

    boolean isWord() {
        return quoted || Literal.isBare(text);
    }

    String lower() {
        return text.toLowerCase(Locale.ROOT);
    }

    private static RuleToken quoted(String rule, int start) {
        int end = rule.indexOf(rule.charAt(start), start + 1);
        if (end < 0) {
            throw failure(rule, start, "the quote is not closed");
        }
        return new RuleToken(rule.substring(start + 1, end), start, true);
    }

    private static RuleToken unquoted(String rule, int start) {
        int end = start;
        while (end < rule.length() && Literal.isBare(rule.substring(end, end + 1))) {
            end++;
        }
        if (end == start) {
            boolean wide = "!<>".indexOf(rule.charAt(start)) >= 0 && rule.startsWith("=", start + 1);
            end = start + (wide ? 2 : 1);
            if ("()=,<>".indexOf(rule.charAt(start)) < 0 && !wide) {
                throw failure(
                        rule, start, "\"%s\" is no part of a rule outside of quotes".formatted(rule.charAt(start)));
            }
        }
        return new RuleToken(rule.substring(start, end), start, false);
    }
}
