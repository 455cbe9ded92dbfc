package dev.latentstream.runtime.rules;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A licence, however it is written: {@code https://creativecommons.org/licenses/by-nc/3.0/us/}, {@code CC BY-NC 3.0 US} and {@code Creative
 * Commons Attribution-NonCommercial 3.0 United States} are {@code cc-by-nc-3.0-us}.
 *
 * <p>Creative Commons' licences have the names of SPDX in lower case. A text is one of them only as a whole: a further word, such as a
 * restriction, makes it another licence, which has its own words as its name. So no text is read as more permissive than it is.
 *
 * @param family for example {@code cc-by-nc}
 * @param version for example {@code 3.0}; empty if none is named
 * @param port the country or organisation that it was adapted for, for example {@code us}; empty for the international licence
 */
record Licence(String family, String version, String port) {
    private static final Set<String> ATTRIBUTES =
            Set.of("license", "licence", "license_url", "licence_url", "license-url", "licence-url");

    /** Values of lists for an unknown licence. */
    private static final Set<String> UNSAID = Set.of("", "?", "unknown", "none", "null", "nan", "n/a", "na", "-");

    private static final String VERSION = "(?:v(?:ersion)?)?\\s*-?(\\d\\.\\d)";

    private static final Pattern CC_URL = Pattern.compile("(?:https?://)?(?:www\\.)?creativecommons\\.org/"
            + "(?:licenses/([a-z+-]+)|publicdomain/(zero|mark))/(\\d\\.\\d)(?:/([a-z]{2,3}))?"
            + "(?:/(?:legalcode|deed)?(?:\\.[a-z_-]{2,10})?)?/?(?:[?#].*)?");

    private static final Pattern CC_SHORT =
            Pattern.compile("(?:cc[ -])?(by(?:[ -](?:nc|nd|sa)){0,2})(?:[ -]" + VERSION + "(?:[ -]([a-z]{2,3}))?)?");

    private static final Pattern CC_LONG =
            Pattern.compile("(?:creative commons )?(attribution(?:[ -]+(?:non-?commercial|no-?deriv(?:ative)?s?"
                    + "(?: works)?|share[ -]?alike))*)(?: licen[sc]e)?(?: " + VERSION
                    + ")?(?: (international|unported|generic|[a-z ]{4,40}))?(?: licen[sc]e)?");

    private static final Pattern ZERO = Pattern.compile("(?:cc[ -]?0|cc[ -]zero|creative commons zero)(?:[ -]" + VERSION
            + ")?(?: universal)?(?: \\(cc0 1\\.0\\))?(?: public domain(?: dedication)?)?");

    private static final Pattern MARK = Pattern.compile("(?:pdm|cc-pdm|public domain mark)(?:[ -]" + VERSION + ")?");

    /** {@code Attribution 4.0 International (CC BY 4.0)}: the same twice. */
    private static final Pattern TWICE = Pattern.compile("([^()]+?)\\s*\\(([^()]+)\\)");

    private static final Map<Pattern, String> PAGES = Map.of(
            Pattern.compile("(?:https?://)?(?:www\\.)?unsplash\\.com/license/?"), "unsplash",
            Pattern.compile("(?:https?://)?(?:www\\.)?pexels\\.com/license/?"), "pexels",
            Pattern.compile("(?:https?://)?(?:www\\.)?pixabay\\.com/(?:service/)?license(?:-summary)?/?"), "pixabay");

    private static final Set<String> NOT_PORTED = Set.of("international", "unported", "generic");

    /** The jurisdictions that long names write out; others keep the licence from being recognised. */
    private static final Map<String, String> COUNTRIES = Map.of(
            "united states", "us",
            "us", "us",
            "england & wales", "uk",
            "england and wales", "uk",
            "germany", "de",
            "france", "fr",
            "spain", "es",
            "japan", "jp",
            "australia", "au",
            "netherlands", "nl");

    /** Returns whether an attribute of this name has a licence. */
    static boolean isNamedBy(String attribute) {
        return ATTRIBUTES.contains(attribute.toLowerCase(Locale.ROOT));
    }

    /** Returns the licence that a text names; empty if it says that none is known. */
    static Optional<Licence> of(String text) {
        String lower = text.toLowerCase(Locale.ROOT).replaceAll("[\\s_]+", " ").strip();
        if (UNSAID.contains(lower)) {
            return Optional.empty();
        }
        return known(lower).or(() -> twice(lower)).or(() -> Optional.of(new Licence(lower.replace(' ', '-'), "", "")));
    }

    /** Returns whether another licence is this one; one without a version stands for all versions and ports. */
    boolean covers(Licence other) {
        return family.equals(other.family)
                && (version.isEmpty() || version.equals(other.version))
                && (port.isEmpty() || port.equals(other.port));
    }

    @Override
    public String toString() {
        return Stream.of(family, version, port).filter(part -> !part.isEmpty()).collect(Collectors.joining("-"));
    }

    private static Optional<Licence> known(String text) {
        return url(text).or(() -> named(text)).or(() -> longName(text)).or(() -> page(text));
    }

    private static Optional<Licence> url(String text) {
        Matcher url = CC_URL.matcher(text);
        if (!url.matches()) {
            return Optional.empty();
        }
        String version = url.group(3);
        if (url.group(2) != null) {
            return Optional.of(new Licence(url.group(2).equals("zero") ? "cc0" : "cc-pdm", version, ""));
        }
        return Optional.of(new Licence(family(List.of(url.group(1).split("-"))), version, part(url.group(4))));
    }

    private static Optional<Licence> named(String text) {
        Matcher zero = ZERO.matcher(text);
        if (zero.matches()) {
            return Optional.of(new Licence("cc0", part(zero.group(1)), ""));
        }
        Matcher mark = MARK.matcher(text);
        if (mark.matches()) {
            return Optional.of(new Licence("cc-pdm", part(mark.group(1)), ""));
        }
        Matcher name = CC_SHORT.matcher(text);
        return name.matches()
                ? Optional.of(new Licence(
                        family(List.of(name.group(1).split("[ -]"))), part(name.group(2)), part(name.group(3))))
                : Optional.empty();
    }

    private static Optional<Licence> longName(String text) {
        Matcher name = CC_LONG.matcher(text);
        if (!name.matches()) {
            return Optional.empty();
        }
        String place = part(name.group(3));
        String port = place.isEmpty() || NOT_PORTED.contains(place) ? "" : COUNTRIES.getOrDefault(place, "?");
        if (port.equals("?")) {
            return Optional.empty();
        }
        List<String> parts = Stream.of("nc:non", "nd:deriv", "sa:share")
                .filter(part -> name.group(1).contains(part.substring(3)))
                .map(part -> part.substring(0, 2))
                .toList();
        return Optional.of(new Licence(
                family(Stream.concat(Stream.of("by"), parts.stream()).toList()), part(name.group(2)), port));
    }

    private static Optional<Licence> page(String text) {
        return PAGES.entrySet().stream()
                .filter(page -> page.getKey().matcher(text).matches())
                .map(page -> new Licence(page.getValue(), "", ""))
                .findFirst();
    }

    /** Returns the licence that a text names twice, if both names agree. */
    private static Optional<Licence> twice(String text) {
        Matcher both = TWICE.matcher(text);
        if (!both.matches()) {
            return Optional.empty();
        }
        Optional<Licence> first = known(both.group(1));
        Optional<Licence> second = known(both.group(2));
        return first.isPresent() && second.isPresent() && second.get().family.equals(first.get().family)
                ? Optional.of(first.get().version.isEmpty() ? second.get() : first.get())
                : Optional.empty();
    }

    /** Orders the parts as Creative Commons does: by, nc, then nd or sa. */
    private static String family(List<String> parts) {
        return "cc-" + String.join("-", new TreeSet<>(parts));
    }

    private static String part(@Nullable String group) {
        return group == null ? "" : group;
    }
}
