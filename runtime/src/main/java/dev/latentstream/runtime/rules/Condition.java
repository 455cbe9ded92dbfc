package dev.latentstream.runtime.rules;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** A part of a rule. Its text is valid as a rule. */
sealed interface Condition {
    Truth of(Attributes attributes);

    /** The attributes that it names, in order. */
    Set<String> names();

    /** A comparison by order, of numbers. */
    enum Order {
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">=");

        private final String sign;

        Order(String sign) {
            this.sign = sign;
        }

        static Optional<Order> of(String sign) {
            return List.of(values()).stream()
                    .filter(order -> order.sign.equals(sign))
                    .findFirst();
        }

        boolean holds(double value, double bound) {
            return switch (this) {
                case LESS -> value < bound;
                case AT_MOST -> value <= bound;
                case GREATER -> value > bound;
                case AT_LEAST -> value >= bound;
            };
        }
    }

    /** Whether the image has the attribute; never unknown. */
    record Exists(String name) implements Condition {
        @Override
        public Truth of(Attributes attributes) {
            return Truth.of(attributes.value(name).isPresent());
        }

        @Override
        public Set<String> names() {
            return Set.of(name);
        }

        @Override
        public String toString() {
            return word(name) + " exists";
        }
    }

    /** Whether the attribute has one of the values. */
    record In(String name, List<Literal> values) implements Condition {
        public In {
            values = List.copyOf(values);
        }

        @Override
        public Truth of(Attributes attributes) {
            return attributes
                    .value(name)
                    .map(value -> Truth.of(values.stream().anyMatch(literal -> literal.equalTo(name, value))))
                    .orElse(Truth.UNKNOWN);
        }

        @Override
        public Set<String> names() {
            return Set.of(name);
        }

        @Override
        public String toString() {
            return values.size() == 1
                    ? word(name) + " = " + values.get(0)
                    : values.stream()
                            .map(Literal::toString)
                            .collect(Collectors.joining(", ", word(name) + " in (", ")"));
        }
    }

    /** Whether the attribute is a number in this relation to the bound; unknown if it is no number. */
    record Compared(String name, Order order, Literal bound) implements Condition {
        @Override
        public Truth of(Attributes attributes) {
            OptionalDouble value = attributes.value(name).map(Literal::number).orElse(OptionalDouble.empty());
            return value.isPresent()
                    ? Truth.of(order.holds(
                            value.getAsDouble(), Literal.number(bound.text()).orElseThrow()))
                    : Truth.UNKNOWN;
        }

        @Override
        public Set<String> names() {
            return Set.of(name);
        }

        @Override
        public String toString() {
            return "%s %s %s".formatted(word(name), order.sign, bound);
        }
    }

    /** The opposite; unknown stays unknown. */
    record Not(Condition condition) implements Condition {
        @Override
        public Truth of(Attributes attributes) {
            return condition.of(attributes).not();
        }

        @Override
        public Set<String> names() {
            return condition.names();
        }

        @Override
        public String toString() {
            return "not " + inner(condition);
        }
    }

    /** All conditions. */
    record And(List<Condition> conditions) implements Condition {
        public And {
            conditions = List.copyOf(conditions);
        }

        @Override
        public Truth of(Attributes attributes) {
            return conditions.stream()
                    .map(condition -> condition.of(attributes))
                    .reduce(Truth.TRUE, Truth::and);
        }

        @Override
        public Set<String> names() {
            return all(conditions);
        }

        @Override
        public String toString() {
            return conditions.stream().map(Condition::inner).collect(Collectors.joining(" and "));
        }
    }

    /** At least one condition. */
    record Or(List<Condition> conditions) implements Condition {
        public Or {
            conditions = List.copyOf(conditions);
        }

        @Override
        public Truth of(Attributes attributes) {
            return conditions.stream()
                    .map(condition -> condition.of(attributes))
                    .reduce(Truth.FALSE, Truth::or);
        }

        @Override
        public Set<String> names() {
            return all(conditions);
        }

        @Override
        public String toString() {
            return conditions.stream().map(Condition::inner).collect(Collectors.joining(" or "));
        }
    }

    private static Set<String> all(List<Condition> conditions) {
        return conditions.stream()
                .flatMap(condition -> condition.names().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String inner(Condition condition) {
        return condition instanceof And || condition instanceof Or ? "(" + condition + ")" : condition.toString();
    }

    private static String word(String name) {
        return new Literal(name, false).toString();
    }
}
