package dev.latentstream.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a Java installation of at least a given version: the one that runs the tests, those in the environment variables of build
 * services ({@code JAVA_HOME_21_X64}, {@code JAVA_21_HOME}), those of Maven's {@code toolchains.xml}, and those in the usual
 * installation folders.
 */
final class NewerJava {
    private static final Pattern VARIABLE = Pattern.compile("(JAVA_HOME_\\d+.*)|(JAVA_?\\d+_HOME)|(JDK_?\\d+(_HOME)?)");
    private static final Pattern TOOLCHAIN = Pattern.compile("<jdkHome>\\s*([^<]+?)\\s*</jdkHome>");

    private NewerJava() {}

    /** Returns the executable of the first installation that is new enough. */
    static Optional<Path> find(int least) throws IOException {
        Path user = Path.of(System.getProperty("user.home"));
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")));
        homes.addAll(named(System.getenv()));
        homes.addAll(toolchains(user.resolve(".m2").resolve("toolchains.xml")));
        homes.addAll(installed(Path.of("/usr/lib/jvm"), ""));
        homes.addAll(installed(Path.of("/Library/Java/JavaVirtualMachines"), "Contents/Home"));
        homes.addAll(installed(user.resolve(".sdkman/candidates/java"), ""));
        homes.addAll(installed(user.resolve(".jdks"), ""));
        return first(least, homes);
    }

    static Optional<Path> first(int least, List<Path> homes) {
        return homes.stream()
                .filter(home -> feature(home) >= least)
                .map(NewerJava::executable)
                .findFirst();
    }

    /** Returns the installations in the variables of an environment, in the order of their names. */
    static List<Path> named(Map<String, String> environment) {
        List<Path> homes = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (VARIABLE.matcher(name).matches()) {
                path(value).ifPresent(homes::add);
            }
        });
        return homes;
    }

    /** Returns the installations in a file of Maven toolchains; none if the file is missing. */
    static List<Path> toolchains(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        return TOOLCHAIN
                .matcher(Files.readString(file))
                .results()
                .flatMap(home -> path(home.group(1)).stream())
                .toList();
    }

    private static List<Path> installed(Path folder, String within) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted()
                    .map(installation -> installation.resolve(within))
                    .toList();
        }
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException none) {
            return Optional.empty();
        }
    }

    private static Path executable(Path home) {
        return home.resolve("bin").resolve("java");
    }

    /** Returns the feature version of an installation; 0 if unknown. */
    private static int feature(Path home) {
        Path file = home.resolve("release");
        if (!Files.isRegularFile(file) || !Files.isExecutable(executable(home))) {
            return 0;
        }
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            release.load(in);
            String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
            return Runtime.Version.parse(version).feature();
        } catch (IOException | IllegalArgumentException unreadable) {
            return 0; // Java 8 has 1.8.0_392
        }
    }
}
