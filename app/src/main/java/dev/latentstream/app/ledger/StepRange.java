package dev.latentstream.app.ledger;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Steps from one to another, both included. */
record StepRange(long first, long last) {
    /** Every step of a run. */
    static final StepRange ALL = new StepRange(1, Long.MAX_VALUE);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})(-(\\d{1,18})?)?");

    StepRange {
        if (first < 1) {
            throw new IllegalArgumentException("steps %d is below 1".formatted(first));
        }
        if (last < first) {
            throw new IllegalArgumentException("steps %d-%d end before they begin".formatted(first, last));
        }
    }

    /** Reads {@code 7}, {@code 7-9} or {@code 7-}. */
    static StepRange parse(String text) {
        Matcher range = TEXT.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("steps \"%s\" are not of the form 7, 7-9 or 7-".formatted(text));
        }
        long first = Long.parseLong(range.group(1));
        if (range.group(2) == null) {
            return new StepRange(first, first);
        }
        return new StepRange(first, range.group(3) == null ? Long.MAX_VALUE : Long.parseLong(range.group(3)));
    }
}
