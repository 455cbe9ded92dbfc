package dev.latentstream.ingest.fetch;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the header {@code X-Robots-Tag}, by which a host says that a file is not for training or not for indexing. */
final class OptOut {
    private static final Set<String> OPTED_OUT = Set.of("noai", "noimageai", "noindex", "noimageindex", "none");

    /** Directives that have a colon themselves, and so are no names of robots. */
    private static final Set<String> WITH_VALUE =
            Set.of("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview");

    private OptOut() {}

    /**
     * Returns the first directive that opts out. A directive after a name and a colon is for the robot of that name, as are those after it.
     *
     * @param headers the values of all headers
     * @param robot own name
     */
    static Optional<String> directive(List<String> headers, String robot) {
        for (String header : headers) {
            boolean addressed = true;
            for (String part : header.toLowerCase(Locale.ROOT).split(",", -1)) {
                String directive = part.strip();
                int colon = directive.indexOf(':');
                if (colon > 0
                        && !WITH_VALUE.contains(directive.substring(0, colon).strip())) {
                    String name = directive.substring(0, colon).strip();
                    addressed = name.equals(robot.toLowerCase(Locale.ROOT)) || name.equals("*");
                    directive = directive.substring(colon + 1).strip();
                }
                if (addressed && OPTED_OUT.contains(directive)) {
                    return Optional.of(directive);
                }
            }
        }
        return Optional.empty();
    }
}
