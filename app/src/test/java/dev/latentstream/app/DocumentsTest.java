package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The classes that documents name exist. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");

    /** A code span that is a type or a member of one. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:[.(<][^`]*)?`");

    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");

    /** Types of the JDK, of Kafka, of DJL and of transformers. */
    private static final Set<String> FOREIGN = Set.of(
            "HttpServer",
            "AuthorizationException",
            "ConsumerPerformance",
            "MockConsumer",
            "MockProducer",
            "SerializationException",
            "TopologyTestDriver",
            "AbstractBlock",
            "GradientCollector",
            "NDArray",
            "NDScope",
            "BlipForConditionalGeneration");

    @Test
    void nameOnlyClassesThatExist() throws IOException {
        Set<String> declared = declared();

        assertThat(declared).contains("IngestTopology", "Removal", "EmbeddedCluster");
        Set<String> missing = new TreeSet<>();
        for (Path document : documents()) {
            named(document).stream()
                    .filter(name -> !declared.contains(name) && !FOREIGN.contains(name))
                    .forEach(name -> missing.add(document.getFileName() + ": " + name));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void nameEveryForeignClassOfTheList() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path document : documents()) {
            named.addAll(named(document));
        }

        assertThat(named).containsAll(FOREIGN).contains("BatchLoop");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> notes = Files.list(ROOT.resolve("docs/design"))) {
            return Stream.concat(
                            notes,
                            Stream.of(
                                            "README.md",
                                            "CONTRIBUTING.md",
                                            "docs/commands.md",
                                            "docs/measured.md",
                                            "docs/networks.md",
                                            "docs/interop.md")
                                    .map(ROOT::resolve))
                    .toList();
        }
    }

    private static Set<String> named(Path document) throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAMED.matcher(Files.readString(document));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** Returns every type in the sources of all modules, including those of the schemas and nested ones. */
    private static Set<String> declared() throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(folder -> Files.isDirectory(folder.resolve("src")))
                    .toList()) {
                addDeclared(module.resolve("src"), names);
            }
        }
        return names;
    }

    private static void addDeclared(Path folder, Set<String> names) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().matches(".*\\.(java|avdl)")).toList()) {
                DECLARED.matcher(Files.readString(file)).results().forEach(type -> names.add(type.group(1)));
            }
        }
    }
}
