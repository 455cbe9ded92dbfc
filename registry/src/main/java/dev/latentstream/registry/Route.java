package dev.latentstream.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One method on one kind of path.
 *
 * @param pattern the path's segments; one in braces fits any text and gives it a name
 * @param handler makes the answer, which is written as JSON
 */
record Route(String method, List<String> pattern, Function<Request, Object> handler) {
    /** @param pattern for example {@code /subjects/{subject}/versions} */
    static Route of(String method, String pattern, Function<Request, Object> handler) {
        return new Route(method, segments(pattern), handler);
    }

    /** The parts of a path; slashes at its end do not matter. */
    static List<String> segments(String path) {
        return List.of(path.split("/")).stream().filter(part -> !part.isEmpty()).toList();
    }

    /** The named parts of a path that fits; empty if it does not. */
    Optional<Map<String, String>> match(List<String> segments) {
        if (segments.size() != pattern.size()) {
            return Optional.empty();
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < pattern.size(); i++) {
            String expected = pattern.get(i);
            String actual = segments.get(i);
            if (expected.startsWith("{")) {
                named.put(expected.substring(1, expected.length() - 1), actual);
            } else if (!expected.equals(actual)) {
                return Optional.empty();
            }
        }
        return Optional.of(named);
    }
}
