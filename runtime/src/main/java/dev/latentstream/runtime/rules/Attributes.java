package dev.latentstream.runtime.rules;

import java.util.Map;
import java.util.Optional;

/**
 * The attributes of an image, as a rule sees them.
 *
 * @param values by name, as the source wrote them
 */
record Attributes(Map<String, String> values) {
    Attributes {
        values = Map.copyOf(values);
    }

    /** Returns the value of an attribute whose name has this spelling or, if there is none, differs from it in case only; empty if it is absent or blank. */
    Optional<String> value(String name) {
        String exact = values.get(name);
        Optional<String> found = exact != null
                ? Optional.of(exact)
                : values.entrySet().stream()
                        .filter(attribute -> attribute.getKey().equalsIgnoreCase(name))
                        .min(Map.Entry.comparingByKey())
                        .map(Map.Entry::getValue);
        return found.map(String::strip).filter(value -> !value.isEmpty()).filter(value -> isSaid(name, value));
    }

    /** Lists write {@code ?} where they know no licence. */
    private static boolean isSaid(String name, String value) {
        return !Licence.isNamedBy(name) || Licence.of(value).isPresent();
    }
}
