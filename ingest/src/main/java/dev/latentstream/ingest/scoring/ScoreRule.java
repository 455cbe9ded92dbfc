package dev.latentstream.ingest.scoring;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    /** Returns the elements of outputs that it reads by name. */
    Set<Expression.Output> outputs() {
        Set<Expression.Output> found = new HashSet<>();
        collect(expression, found);
        return found;
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

    private static void collect(Expression expression, Set<Expression.Output> found) {
        if (expression instanceof Expression.Output output) {
            found.add(output);
        } else if (expression instanceof Expression.Binary binary) {
            collect(binary.left(), found);
            collect(binary.right(), found);
        } else if (expression instanceof Expression.Extreme extreme) {
            extreme.of().forEach(part -> collect(part, found));
        }
    }

    /** Returns the rules of a mapping from names to texts. */
    static Map<String, ScoreRule> parseAll(Map<String, String> texts, List<String> labels) {
        Map<String, ScoreRule> rules = new LinkedHashMap<>();
        texts.forEach((name, text) -> {
            try {
                rules.put(name, parse(text, labels));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("scores.%s: %s".formatted(name, wrong.getMessage()), wrong);
            }
        });
        return rules;
    }
}
