package dev.latentstream.runtime.rules;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * A value that a rule compares with.
 *
 * @param quoted whether it is compared as text even if it is a number
 */
record Literal(String text, boolean quoted) {
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\d{1,40}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][-+]?\\d{1,3})?");
    private static final Pattern BARE = Pattern.compile("[\\p{L}\\p{N}_.:/+*@%-]+");

    static OptionalDouble number(String text) {
        return NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /** Returns whether a word need not be quoted. */
    static boolean isBare(String word) {
        return BARE.matcher(word).matches();
    }

    /** Returns whether an attribute has this value: as licences, as numbers, or as text in any case. */
    boolean equalTo(String name, String value) {
        if (Licence.isNamedBy(name)) {
            Licence wanted = Licence.of(text).orElseGet(() -> new Licence(text, "", ""));
            return Licence.of(value).filter(wanted::covers).isPresent();
        }
        OptionalDouble mine = quoted ? OptionalDouble.empty() : number(text);
        OptionalDouble theirs = number(value);
        return (mine.isPresent() && theirs.isPresent())
                ? mine.getAsDouble() == theirs.getAsDouble()
                : text.strip().equalsIgnoreCase(value);
    }

    /** Returns it as a rule writes it. */
    @Override
    public String toString() {
        if (!quoted && isBare(text)) {
            return text;
        }
        return text.contains("'") ? "\"" + text + "\"" : "'" + text + "'";
    }
}
