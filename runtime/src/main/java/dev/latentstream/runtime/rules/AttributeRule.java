package dev.latentstream.runtime.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A condition on the attributes of an image: {@code license in (cc0, cc-by) and not (lang exists and lang != en)}.
 *
 * <pre>
 * rule        = conjunction { "or" conjunction }
 * conjunction = term { "and" term }
 * term        = "not" term | "(" rule ")" | comparison
 * comparison  = name "exists" | name [ "not" ] "in" "(" value { "," value } ")"
 *             | name ( "=" | "!=" ) value | name ( "&lt;" | "&lt;=" | ">" | ">=" ) number
 * </pre>
 *
 * <p>Names and values are words of letters, digits and {@code _.:/+*@%-}, or anything in single or double quotes. Case distinguishes neither
 * keywords nor names nor values. Two numbers are equal if their values are, unless the rule quotes one; licences are compared as
 * {@link Licence} says.
 *
 * <p>As in SQL, a comparison with an attribute that the image lacks, or by order with one that is no number, is unknown, and so is its
 * opposite; the rule must be true. {@code license != arr} thus refuses an image of unknown licence, and {@code not license exists or
 * license != arr} admits it. Only {@code exists} is never unknown. Blank is absent.
 */
public final class AttributeRule {
    private static final int MAX_SHOWN = 60;

    private final Condition condition;

    private AttributeRule(Condition condition) {
        this.condition = condition;
    }

    /**
     * The reason why a rule is not true.
     *
     * @param value the attributes in question
     * @param bound the part of the rule that is not true
     */
    public record Failure(String value, String bound, String detail) {}

    /**
     * Parses a rule, in tens of microseconds.
     *
     * @throws IllegalArgumentException with the place, what was expected there and what was found
     */
    public static AttributeRule parse(String text) {
        return new AttributeRule(RuleParser.parse(text));
    }

    /** Returns the first of its conditions that is not true for these attributes; empty if all are. */
    public Optional<Failure> failure(Map<String, String> attributes) {
        Attributes known = new Attributes(attributes);
        List<Condition> parts = condition instanceof Condition.And and ? and.conditions() : List.of(condition);
        return parts.stream()
                .filter(part -> part.of(known) != Truth.TRUE)
                .findFirst()
                .map(part -> failure(part, known));
    }

    private static Failure failure(Condition part, Attributes attributes) {
        String value = part.names().stream()
                .map(name ->
                        attributes.value(name).map(found -> shown(name, found)).orElse("no " + name))
                .collect(Collectors.joining(", "));
        String verdict = part.of(attributes) == Truth.FALSE ? "false" : "unknown";
        return new Failure(value, part.toString(), "%s is %s: %s".formatted(part, verdict, value));
    }

    private static String shown(String name, String value) {
        String text = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "…";
        String id = Licence.isNamedBy(name)
                ? Licence.of(value).map(Licence::toString).orElse("")
                : "";
        return id.isEmpty() || id.equalsIgnoreCase(value) ? name + " " + text : "%s %s (%s)".formatted(name, id, text);
    }

    /** Returns it as it could be written. */
    @Override
    public String toString() {
        return condition.toString();
    }
}
