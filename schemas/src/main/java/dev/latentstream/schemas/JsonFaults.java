package dev.latentstream.schemas;

import com.fasterxml.jackson.core.JacksonException;

/** Describes texts that are not JSON. */
public final class JsonFaults {
    /** What follows is the place where an unfinished object begins, with a remark on a feature of the parser. */
    private static final String BEGINNING = " (start marker at ";

    private JsonFaults() {}

    /** How a complaint about what follows the first value begins. */
    private static final String TRAILING = "Trailing token ";

    /** Returns what is wrong, without a part of the text or a remark on the parser's own features. */
    public static String describe(JacksonException broken) {
        String message = broken.getOriginalMessage();
        if (message.startsWith(TRAILING)) {
            return "more than one value";
        }
        int beginning = message.indexOf(BEGINNING);
        return (beginning < 0 ? message : message.substring(0, beginning))
                .replaceAll(", from `[^`]*`", "")
                .replaceAll(": enable `[^`]*` to allow", "");
    }
}
