package dev.latentstream.ingest.scoring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A score as an expression over the outputs of a model, such as {@code p(porn) + p(hentai) > 0.5}: the sum is the score, and an image whose
 * score is above 0.5 is refused. Without a comparison the score is measured only, until a policy bounds it.
 *
 * @param text as it was written
 */
record ScoreRule(String text, Expression expression, Optional<ScoreBound> bound) {
    /** An arithmetic expression. */
    sealed interface Expression {
        /** A constant. */
        record Constant(double value) implements Expression {}

        /** Probability of a label. */
        record Probability(String label, int index) implements Expression {}

        /** An element of an output, counted from 0. */
        record Output(String name, int index) implements Expression {}

        /** The cosine of the angle between two outputs, as vectors. */
        record Cosine(String left, String right) implements Expression {}

        /** Two expressions combined. */
        record Binary(char operator, Expression left, Expression right) implements Expression {}

        /** The largest or the smallest of some expressions. */
        record Extreme(boolean isMaximum, List<Expression> of) implements Expression {
            public Extreme {
                of = List.copyOf(of);
            }
        }
    }

    /** The outputs of a model for one image. */
    interface Values {
        double probability(int label);

        double output(String name, int index);

        /** All elements of an output. */
        float[] vector(String name);
    }

    /**
     * Parses a rule.
     *
     * @param labels of the model, in the order of its outputs
     * @throws IllegalArgumentException that names the place, what was found there and what can be there
     */
    static ScoreRule parse(String text, List<String> labels) {
        return new RuleParser(text, labels).rule();
    }

    /** Returns the score. */
    double value(Values values) {
        return value(expression, values);
    }

    /** Whether it contains a probability. */
    boolean readsProbabilities() {
        return readsProbabilities(expression);
    }

    /** Returns the names of the outputs that it reads. */
    Set<String> outputNames() {
        Set<String> names = new TreeSet<>();
        collectNames(expression, names);
        return names;
    }

    private static double value(Expression expression, Values values) {
        if (expression instanceof Expression.Constant number) {
            return number.value();
        }
        if (expression instanceof Expression.Probability probability) {
            return values.probability(probability.index());
        }
        if (expression instanceof Expression.Output output) {
            return values.output(output.name(), output.index());
        }
        if (expression instanceof Expression.Cosine cosine) {
            return cosine(values.vector(cosine.left()), values.vector(cosine.right()));
        }
        if (expression instanceof Expression.Binary binary) {
            return combined(binary.operator(), value(binary.left(), values), value(binary.right(), values));
        }
        Expression.Extreme extreme = (Expression.Extreme) expression;
        double most = value(extreme.of().get(0), values);
        for (Expression next : extreme.of()) {
            double value = value(next, values);
            most = extreme.isMaximum() ? Math.max(most, value) : Math.min(most, value); // NaN stays NaN
        }
        return most;
    }

    /** No number where one of them is zero. */
    private static double cosine(float[] left, float[] right) {
        if (left.length != right.length) {
            throw new IllegalStateException(
                    "cosine: the outputs have %d elements and %d".formatted(left.length, right.length));
        }
        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.length; i++) {
            product += (double) left[i] * right[i];
            leftSquares += (double) left[i] * left[i];
            rightSquares += (double) right[i] * right[i];
        }
        return product / Math.sqrt(leftSquares) / Math.sqrt(rightSquares);
    }

    private static double combined(char operator, double left, double right) {
        return switch (operator) {
            case '+' -> left + right;
            case '-' -> left - right;
            case '*' -> left * right;
            case '/' -> left / right;
            default -> throw new IllegalStateException("operator " + operator);
        };
    }

    private static boolean readsProbabilities(Expression expression) {
        if (expression instanceof Expression.Binary binary) {
            return readsProbabilities(binary.left()) || readsProbabilities(binary.right());
        }
        if (expression instanceof Expression.Extreme extreme) {
            return extreme.of().stream().anyMatch(ScoreRule::readsProbabilities);
        }
        return expression instanceof Expression.Probability;
    }

    private static void collectNames(Expression expression, Set<String> names) {
        if (expression instanceof Expression.Output output) {
            names.add(output.name());
        } else if (expression instanceof Expression.Cosine cosine) {
            names.add(cosine.left());
            names.add(cosine.right());
        } else if (expression instanceof Expression.Binary binary) {
            collectNames(binary.left(), names);
            collectNames(binary.right(), names);
        } else if (expression instanceof Expression.Extreme extreme) {
            extreme.of().forEach(part -> collectNames(part, names));
        }
    }

    /** Returns the rules of a mapping from names to texts. */
    static Map<String, ScoreRule> parseAll(Map<String, String> texts, List<String> labels) {
        Map<String, ScoreRule> rules = new LinkedHashMap<>();
        texts.forEach((name, text) -> {
            try {
                ScoreRule rule = parse(text, labels);
                if (!rule.readsProbabilities() && rule.outputNames().isEmpty()) {
                    throw new IllegalArgumentException(
                            "\"%s\" reads no output of the model, as p(label) and output(name) do".formatted(text));
                }
                rules.put(name, rule);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("scores.%s: %s".formatted(name, wrong.getMessage()), wrong);
            }
        });
        return rules;
    }
}
