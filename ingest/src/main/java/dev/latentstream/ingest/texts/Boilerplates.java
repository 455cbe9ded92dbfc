package dev.latentstream.ingest.texts;

import dev.latentstream.schemas.Boilerplate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Recognises texts that describe no image. Each pattern is matched with the whole text: what contains a sentence as well is none. */
final class Boilerplates {
    /** As many search words are no enumeration of what is to be seen. */
    private static final int KEYWORDS = 5;

    private static final int WORDS_OF_KEYWORD = 4;
    private static final int MAX_CHARACTERS = 300;

    private static final Pattern FILE = Pattern.compile(
            "(?i)[^\\n/\\\\]{1,150}\\.(jpe?g|jfif|png|gif|webp|bmp|tiff?|svg|heic|avif|raw|cr[23]|nef|arw|"
                    + "dng|psd|pdf|mp4|mov)");

    private static final Pattern CAMERA_FILE = Pattern.compile(
            "(?i)_?(img|image|photo|pict?|picture|foto|scan|screen ?shot|bildschirmfoto|"
                    + "capture|dsc[fn]?|dcp|pxl|mvimg|vid|mov|gopr|gh0|dji|mg|sam|cimg|hpim|kif|imgp|sdc|whatsapp image|untitled|unnamed|"
                    + "bild|imagen|immagine|snapseed|burst|pano|slide|page|p)"
                    + "[\\s_-]*((19|20)\\d{2}([-_.: ]|\\d|at|wa|am|pm)*|wa\\d+|\\d{2,}[a-z]?|(?<=untitled.?)\\d)(\\D{0,3}\\d+|[\\s_-]*(copy|scaled|edited|edit|large|small|thumb))*\\W*");

    private static final Pattern CODE =
            Pattern.compile("(?i)(?=.*\\d)([0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"
                    + "[0-9a-z]+([_-][0-9a-z]*\\d[0-9a-z]*){2,}|[0-9_-]{6,}[a-z]{0,2})(_[a-z])?");

    private static final Pattern ADDRESS = Pattern.compile("(?i)(https?://|www\\.)\\S+|\\S+@[\\w-]+(\\.[\\w-]+)+|"
            + "(?:[a-z0-9-]+\\.)+(com|net|org|info|biz|de|uk|fr|it|es|nl|ru|cn|jp|io|co|shop|store)(/\\S*)?");

    private static final Pattern SEPARATOR = Pattern.compile("\\s*[,;|•·/]\\s*|\\s+-\\s+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Words of a sentence, which a row of search words has not. */
    private static final Set<String> OF_SENTENCES =
            Set.of("a", "an", "the", "is", "are", "and", "with", "his", "her", "its", "their");

    private static final List<Pattern> DEFAULTS = patterns("camera-defaults.txt");
    private static final List<Pattern> PLACEHOLDERS = patterns("placeholders.txt");

    private Boilerplates() {}

    /** Returns what kind a text is of; empty if it may describe an image. */
    static Optional<Boilerplate> of(String text) {
        String line = text.strip();
        if (line.length() <= MAX_CHARACTERS) {
            Optional<Boilerplate> found = ofShort(line);
            if (found.isPresent()) {
                return found;
            }
        }
        if (line.codePoints().noneMatch(Character::isLetter)) {
            return Optional.of(Boilerplate.PLACEHOLDERS);
        }
        return areKeywords(line) ? Optional.of(Boilerplate.KEYWORDS) : Optional.empty();
    }

    private static Optional<Boilerplate> ofShort(String line) {
        if (ADDRESS.matcher(line).matches()) {
            return Optional.of(Boilerplate.ADDRESSES);
        }
        if (FILE.matcher(line).matches()
                || CAMERA_FILE.matcher(line).matches()
                || CODE.matcher(line).matches()) {
            return Optional.of(Boilerplate.FILE_NAMES);
        }
        if (DEFAULTS.stream().anyMatch(pattern -> pattern.matcher(line).matches())) {
            return Optional.of(Boilerplate.CAMERA_DEFAULTS);
        }
        return PLACEHOLDERS.stream().anyMatch(pattern -> pattern.matcher(line).matches())
                ? Optional.of(Boilerplate.PLACEHOLDERS)
                : Optional.empty();
    }

    private static boolean areKeywords(String line) {
        String[] words = BLANKS.split(line.toLowerCase(Locale.ROOT), -1);
        long tags = Arrays.stream(words).filter(word -> word.startsWith("#")).count();
        if (tags >= KEYWORDS - 1 && 2 * tags >= words.length) {
            return true;
        }
        List<String> parts = Arrays.stream(SEPARATOR.split(line.toLowerCase(Locale.ROOT), -1))
                .filter(part -> !part.isBlank())
                .toList();
        return parts.size() >= KEYWORDS
                && parts.stream().allMatch(part -> BLANKS.split(part, -1).length <= WORDS_OF_KEYWORD)
                && Arrays.stream(words).noneMatch(OF_SENTENCES::contains);
    }

    /** Reads a pattern a line; case does not matter. */
    private static List<Pattern> patterns(String name) {
        try (InputStream stream = Objects.requireNonNull(Boilerplates.class.getResourceAsStream(name), name);
                BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> Pattern.compile(line, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE))
                    .collect(Collectors.toUnmodifiableList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
