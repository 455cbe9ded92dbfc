package dev.latentstream.ingest.lists;

import java.util.List;
import java.util.stream.Collectors;

/** Shows what comes from files in messages of bounded length. */
final class Shown {
    private static final int MAX_NAMES = 20;
    private static final int MAX_CHARACTERS = 60;

    private Shown() {}

    static String names(List<String> names) {
        return names.stream()
                        .limit(MAX_NAMES)
                        .map(name -> name.length() <= MAX_CHARACTERS ? name : name.substring(0, MAX_CHARACTERS) + "...")
                        .collect(Collectors.joining(", "))
                + (names.size() > MAX_NAMES ? " and %d more".formatted(names.size() - MAX_NAMES) : "");
    }
}
