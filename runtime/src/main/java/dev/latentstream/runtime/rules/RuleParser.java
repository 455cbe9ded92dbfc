package dev.latentstream.runtime.rules;

import dev.latentstream.runtime.rules.Condition.And;
import dev.latentstream.runtime.rules.Condition.Compared;
import dev.latentstream.runtime.rules.Condition.Exists;
import dev.latentstream.runtime.rules.Condition.In;
import dev.latentstream.runtime.rules.Condition.Not;
import dev.latentstream.runtime.rules.Condition.Or;
import dev.latentstream.runtime.rules.Condition.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Parses a rule by recursive descent, one method for each line of the grammar. Not thread-safe. */
final class RuleParser {
    private static final int MAX_CHARACTERS = 4000;

    /** Of parentheses and {@code not}: more would be a program's, and could exhaust the stack. */
    private static final int MAX_DEPTH = 50;

    private static final Set<String> KEYWORDS = Set.of("and", "or", "not", "in", "exists");

    private final String text;
    private final List<RuleToken> tokens;
    private int next;
    private int depth;

    private RuleParser(String text) {
        this.text = text;
        this.tokens = RuleToken.all(text);
    }

    static Condition parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a rule of %d characters is longer than %d".formatted(text.length(), MAX_CHARACTERS));
        }
        RuleParser parser = new RuleParser(text);
        Condition rule = parser.rule();
        if (!parser.peek().isEnd()) {
            throw parser.expected("and, or, or the end");
        }
        return rule;
    }

    private Condition rule() {
        return joined("or", this::conjunction, Or::new);
    }

    private Condition conjunction() {
        return joined("and", this::term, And::new);
    }

    private Condition joined(String keyword, Supplier<Condition> part, Function<List<Condition>, Condition> join) {
        List<Condition> parts = new ArrayList<>(List.of(part.get()));
        while (accept(keyword)) {
            parts.add(part.get());
        }
        return parts.size() == 1 ? parts.get(0) : join.apply(parts);
    }

    private Condition term() {
        if (++depth > MAX_DEPTH) {
            throw failure("parentheses and not are nested deeper than " + MAX_DEPTH);
        }
        Condition term;
        if (accept("not")) {
            term = new Not(term());
        } else if (accept("(")) {
            term = rule();
            require(")");
        } else {
            term = comparison();
        }
        depth--;
        return term;
    }

    private Condition comparison() {
        String name = word("an attribute, not or (").text();
        if (accept("exists")) {
            return new Exists(name);
        }
        if (accept("not")) {
            require("in");
            return new Not(new In(name, list()));
        }
        if (accept("in")) {
            return new In(name, list());
        }
        if (accept("=")) {
            return new In(name, List.of(literal()));
        }
        if (accept("!=")) {
            return new Not(new In(name, List.of(literal())));
        }
        Optional<Order> order = peek().quoted() ? Optional.empty() : Order.of(peek().text());
        if (order.isEmpty()) {
            throw expected("=, !=, <, <=, >, >=, in, not in or exists");
        }
        next++;
        return new Compared(name, order.get(), number());
    }

    private List<Literal> list() {
        require("(");
        List<Literal> values = new ArrayList<>(List.of(literal()));
        while (accept(",")) {
            values.add(literal());
        }
        require(")");
        return values;
    }

    private Literal literal() {
        RuleToken value = word("a value");
        return new Literal(value.text(), value.quoted());
    }

    private Literal number() {
        if (!peek().isWord() || Literal.number(peek().text()).isEmpty()) {
            throw expected("a number");
        }
        return literal();
    }

    /** Takes a word; a keyword has to be quoted to be one. */
    private RuleToken word(String what) {
        RuleToken token = peek();
        if (!token.isWord() || (!token.quoted() && KEYWORDS.contains(token.lower()))) {
            throw expected(what);
        }
        next++;
        return token;
    }

    private boolean accept(String symbol) {
        boolean found = !peek().quoted() && peek().lower().equals(symbol);
        next += found ? 1 : 0;
        return found;
    }

    private void require(String symbol) {
        if (!accept(symbol)) {
            throw expected(symbol);
        }
    }

    private RuleToken peek() {
        return tokens.get(next);
    }

    private IllegalArgumentException expected(String what) {
        String found = peek().isEnd() ? "the end" : "\"" + peek().text() + "\"";
        return failure("expected %s, found %s".formatted(what, found));
    }

    private IllegalArgumentException failure(String message) {
        return RuleToken.failure(text, peek().position(), message);
    }
}
