package dev.latentstream.app.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Expands the names of shards that a shell has not: braces ({@code {000..099}}, {@code {a,b}}), as WebDataset does, then {@code *} and {@code ?}. */
final class ShardPaths {
    private static final int MOST = 1_000_000; // names out of braces

    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

    private ShardPaths() {}

    /**
     * Returns the files, each pattern's in order of their names. A name that is a file is itself, whatever its characters.
     *
     * @throws IllegalArgumentException if a pattern matches no file, or is too large
     */
    static List<Path> expand(List<String> patterns) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String pattern : patterns) {
            if (!pattern.isEmpty() && Files.exists(Path.of(pattern))) {
                files.add(Path.of(pattern));
                continue;
            }
            for (String name : names(pattern)) {
                files.addAll(matching(name));
            }
        }
        return files;
    }

    /**
     * Returns the names that a pattern with braces stands for, in order.
     *
     * @throws IllegalArgumentException if it is too large, or one of them is empty
     */
    static List<String> names(String pattern) {
        List<String> names = new ArrayList<>();
        braces(pattern, pattern, names);
        return names;
    }

    /** @param given the whole pattern, of which the first braces are expanded already */
    private static void braces(String given, String pattern, List<String> names) {
        Matcher braces = BRACES.matcher(pattern);
        if (!braces.find()) {
            if (names.size() == MOST) {
                throw new IllegalArgumentException("%s stands for more than %d names".formatted(given, MOST));
            }
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException("\"%s\" is an empty path".formatted(given));
            }
            names.add(pattern);
            return;
        }
        String before = pattern.substring(0, braces.start());
        String after = pattern.substring(braces.end());
        choices(braces.group(1)).forEach(choice -> braces(given, before + choice + after, names));
    }

    private static Stream<String> choices(String inside) {
        Matcher range = RANGE.matcher(inside);
        if (!range.matches()) {
            return Stream.of(inside.split(",", -1));
        }
        int width = range.group(1).startsWith("0") ? range.group(1).length() : 1;
        String format = "%0" + width + "d";
        int from = Integer.parseInt(range.group(1));
        int to = Integer.parseInt(range.group(2));
        Stream<Integer> numbers =
                Stream.iterate(from, i -> from <= to ? i <= to : i >= to, i -> from <= to ? i + 1 : i - 1);
        return numbers.map(number -> String.format(Locale.ROOT, format, number));
    }

    /** Returns the files of one folder that match; {@code *} in the names of folders is not read. */
    private static List<Path> matching(String pattern) throws IOException {
        Path path = Path.of(pattern);
        boolean glob = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
        if (!glob) {
            return List.of(path); // a missing one is named where it is opened
        }
        Path folder = path.getParent() == null ? Path.of("") : path.getParent();
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, String.valueOf(path.getFileName()))) {
                found.forEach(files::add);
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no file matches %s".formatted(pattern));
        }
        return files.stream().sorted().toList();
    }
}
