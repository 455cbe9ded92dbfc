package dev.latentstream.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A method and a path pattern, with the handler of matching requests.
 *
 * @param pattern the path's segments; one in braces matches any text and names it
 * @param handler returns the response, which is written as JSON
 */
record Route(String method, List<String> pattern, Function<Request, Object> handler) {
    /** @param pattern for example {@code /subjects/{subject}/versions} */
    static Route of(String method, String pattern, Function<Request, Object> handler) {
        return new Route(method, segments(pattern), handler);
    }

    /** Returns the segments of a path; trailing slashes are ignored. */
    static List<String> segments(String path) {
        return List.of(path.split("/")).stream().filter(part -> !part.isEmpty()).toList();
    }

    /** Returns the path parameters of a matching path; empty if it does not match. */
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
