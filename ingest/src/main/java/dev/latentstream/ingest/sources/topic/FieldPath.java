package dev.latentstream.ingest.sources.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way from a value to one of its fields, written as in Kafka Connect and jq: names separated by dots, in backticks a name that has a
 * dot or a bracket, and {@code [0]} for the first element of an array. A dot alone is the value itself.
 *
 * @param text as it was written
 */
record FieldPath(String text, List<Step> steps) {
    private static final String VALUE = ".";
    private static final Pattern STEP =
            Pattern.compile("(?<dot>\\.)?(?:`(?<quoted>[^`]+)`|(?<plain>[^.`\\[\\]]+))|\\[(?<index>\\d{1,9})]");

    /** A step from a value to a part of it. */
    sealed interface Step {}

    /** To a field of a record or object. */
    record Name(String name) implements Step {}

    /** To an element of an array, from 0. */
    record Element(int index) implements Step {}

    FieldPath {
        steps = List.copyOf(steps);
    }

    /** @throws IllegalArgumentException if it is no path */
    static FieldPath parse(String text) {
        List<Step> steps = new ArrayList<>();
        if (!text.equals(VALUE)) {
            Matcher step = STEP.matcher(text);
            int end = 0;
            while (end < text.length()) {
                if (!step.find() || step.start() != end || !follows(step, end == 0)) {
                    throw new IllegalArgumentException(
                            ("field \"%s\" is not names separated by dots, such as a.b, `a.b`.c with a dot in a name, or"
                                            + " a[0] for an element of an array")
                                    .formatted(text));
                }
                steps.add(step(step));
                end = step.end();
            }
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a field has no name");
        }
        return new FieldPath(text, steps);
    }

    /** Returns the last name, of which an element has that of its array; {@code value} for the value itself. */
    String name() {
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i) instanceof Name last) {
                return last.name();
            }
        }
        return "value";
    }

    /** A dot precedes each name but the first. */
    private static boolean follows(Matcher step, boolean first) {
        return step.group("index") != null || first == (step.group("dot") == null);
    }

    private static Step step(Matcher step) {
        String index = step.group("index");
        if (index != null) {
            return new Element(Integer.parseInt(index));
        }
        String quoted = step.group("quoted");
        return new Name(quoted == null ? step.group("plain") : quoted);
    }
}
