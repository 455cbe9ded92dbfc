package dev.latentstream.ingest.scoring;

import dev.latentstream.ingest.scoring.ScoreRule.Expression;
import dev.latentstream.runtime.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a {@link ScoreRule}.
 *
 * <pre>
 *   rule    = sum [ ( ">" | "&lt;" ) number ]
 *   sum     = product { ( "+" | "-" ) product }
 *   product = value { ( "*" | "/" ) value }
 *   value   = number | "-" value | "(" sum ")" | "p(" label ")" | "output(" name [ "," index ] ")"
 *           | "cosine(" name "," name ")"
 *           | ( "max" | "min" ) "(" sum { "," sum } ")"
 * </pre>
 *
 * <p>A label with a parenthesis or a quotation mark is written in double quotes. Not thread-safe.
 */
final class RuleParser {
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d*)?([eE][-+]?\\d+)?|\\.\\d+([eE][-+]?\\d+)?");
    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
    private static final Pattern ARGUMENT = Pattern.compile("\"([^\"]*)\"|([^\"()]*)");
    private static final Pattern OUTPUT = Pattern.compile("\\s*([^,]+?)\\s*(?:,\\s*(\\d{1,6})\\s*)?");
    private static final Pattern NAMES = Pattern.compile("\\s*([^,]+?)\\s*,\\s*([^,]+?)\\s*");

    /** Deeper rules would overflow the stack. */
    private static final int MAX_DEPTH = 100;

    private static final int LISTED_LABELS = 20;

    private final String text;
    private final List<String> labels;
    private int at;
    private int depth;

    RuleParser(String text, List<String> labels) {
        this.text = text;
        this.labels = labels;
    }

    ScoreRule rule() {
        Expression expression = sum();
        Optional<ScoreBound> bound = Optional.empty();
        if (skipped('>')) {
            bound = Optional.of(new ScoreBound(true, bound()));
        } else if (skipped('<')) {
            bound = Optional.of(new ScoreBound(false, bound()));
        }
        if (!rest().isEmpty()) {
            throw expected("an operator or the end");
        }
        return new ScoreRule(text, expression, bound);
    }

    private double bound() {
        boolean negative = skipped('-');
        double value = number();
        return negative ? -value : value;
    }

    private Expression sum() {
        Expression left = product();
        while (true) {
            if (skipped('+')) {
                left = new Expression.Binary('+', left, product());
            } else if (skipped('-')) {
                left = new Expression.Binary('-', left, product());
            } else {
                return left;
            }
        }
    }

    private Expression product() {
        Expression left = value();
        while (true) {
            if (skipped('*')) {
                left = new Expression.Binary('*', left, value());
            } else if (skipped('/')) {
                left = new Expression.Binary('/', left, value());
            } else {
                return left;
            }
        }
    }

    private Expression value() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("\"%s\" is nested deeper than %d".formatted(text, MAX_DEPTH));
        }
        try {
            if (skipped('-')) {
                return new Expression.Binary('-', new Expression.Constant(0), value());
            }
            if (skipped('(')) {
                Expression inner = sum();
                require(')');
                return inner;
            }
            Matcher word = WORD.matcher(rest());
            return word.lookingAt() ? function(word.group()) : new Expression.Constant(number());
        } finally {
            depth--;
        }
    }

    private Expression function(String name) {
        int start = at;
        at += name.length();
        if (!skipped('(')) {
            at = start;
            throw expected("a number, p(label), output(name), cosine(a, b), max(...), min(...) or a parenthesis");
        }
        Expression found =
                switch (name) {
                    case "p" -> probability(argument());
                    case "output" -> output(argument());
                    case "cosine" -> cosine(argument());
                    case "max", "min" -> extreme(name.equals("max"));
                    default -> {
                        at = start;
                        throw expected("p(label), output(name), cosine(a, b), max(...) or min(...)");
                    }
                };
        require(')');
        return found;
    }

    private Expression extreme(boolean isMaximum) {
        List<Expression> of = new ArrayList<>();
        do {
            of.add(sum());
        } while (skipped(','));
        return new Expression.Extreme(isMaximum, of);
    }

    private Expression probability(String label) {
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException("\"%s\": the label \"%s\" is not among %s"
                    .formatted(
                            text,
                            label,
                            labels.size() <= LISTED_LABELS ? Names.listed(labels) : labels.size() + " labels"));
        }
        int last = labels.lastIndexOf(label);
        if (last != index) {
            throw new IllegalArgumentException(
                    "\"%s\": the label \"%s\" has the positions %d and %d; only one can be meant"
                            .formatted(text, label, index, last));
        }
        return new Expression.Probability(label, index);
    }

    private Expression output(String argument) {
        Matcher parts = OUTPUT.matcher(argument);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"%s\": output(%s) is not output(name) or output(name, index)".formatted(text, argument));
        }
        return new Expression.Output(parts.group(1), parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2)));
    }

    private Expression cosine(String argument) {
        Matcher parts = NAMES.matcher(argument);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"%s\": cosine(%s) is not cosine(name, name)".formatted(text, argument));
        }
        return new Expression.Cosine(parts.group(1), parts.group(2));
    }

    private String argument() {
        Matcher argument = ARGUMENT.matcher(rest());
        if (!argument.lookingAt()) {
            throw expected("a name");
        }
        at = text.length() - rest().length() + argument.end();
        return argument.group(1) == null ? argument.group(2).strip() : argument.group(1);
    }

    private double number() {
        Matcher number = NUMBER.matcher(rest());
        if (!number.lookingAt()) {
            throw expected("a number");
        }
        at += number.end();
        return Double.parseDouble(number.group());
    }

    /** Returns the text from the next character on that is no space. */
    private String rest() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(at);
    }

    private boolean skipped(char wanted) {
        boolean found = !rest().isEmpty() && text.charAt(at) == wanted;
        if (found) {
            at++;
        }
        return found;
    }

    private void require(char wanted) {
        if (!skipped(wanted)) {
            throw expected("\"%c\"".formatted(wanted));
        }
    }

    private IllegalArgumentException expected(String what) {
        String found = rest().isEmpty() ? "the end" : "\"%s\"".formatted(rest());
        return new IllegalArgumentException(
                "\"%s\": %s is expected at character %d, not %s".formatted(text, what, at + 1, found));
    }
}
