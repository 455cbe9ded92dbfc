package dev.latentstream.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** Looks for a Java that is newer than the one that runs the tests may be. */
final class NewerJava {
    /** Where Linux distributions put their Java installations. */
    private static final Path INSTALLATIONS = Path.of("/usr/lib/jvm");

    private NewerJava() {}

    /** The executable of this JVM if it is new enough, else of {@code JAVA_<least>_HOME}, else of any installation. */
    static Optional<Path> find(int least) throws IOException {
        if (Runtime.version().feature() >= least) {
            return Optional.of(executable(Path.of(System.getProperty("java.home"))));
        }
        String named = System.getenv("JAVA_%d_HOME".formatted(least));
        if (named != null) {
            return Optional.of(executable(Path.of(named)));
        }
        if (!Files.isDirectory(INSTALLATIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(INSTALLATIONS)) {
            return homes.filter(home -> feature(home) >= least)
                    .map(NewerJava::executable)
                    .findFirst();
        }
    }

    private static Path executable(Path home) {
        return home.resolve("bin").resolve("java");
    }

    /** The feature version of an installation; 0 if it does not say. */
    private static int feature(Path home) {
        Path file = home.resolve("release");
        if (!Files.isRegularFile(file) || !Files.isExecutable(executable(home))) {
            return 0;
        }
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            release.load(in);
        } catch (IOException unreadable) {
            return 0;
        }
        String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
        return Runtime.Version.parse(version).feature();
    }
}
