package dev.latentstream.app.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The packages of each module and the arrows between them. A package may see itself, the packages that its line names and those of
 * other modules that Maven lets its module see, except for the lower floors of models.
 */
class ArchitectureTest {
    private static final String BASE = "dev.latentstream.";
    private static final int MOST_FILES = 33;

    /** Each package and what it may see of its own module; a module that is not named has one package. */
    private static final Map<String, Set<String>> ARROWS = arrows("""
            runtime            -> runtime.settings
            runtime.settings   ->
            runtime.meters     ->
            runtime.http       -> runtime, runtime.meters, runtime.settings
            runtime.kafka      -> runtime, runtime.meters, runtime.settings
            runtime.streams    -> runtime, runtime.kafka, runtime.meters, runtime.settings
            runtime.batch      -> runtime, runtime.kafka, runtime.meters, runtime.settings
            runtime.rules      ->
            runtime.policy     -> runtime, runtime.kafka, runtime.meters, runtime.rules, runtime.settings
            runtime.removals   -> runtime, runtime.kafka, runtime.settings

            captioning         -> captioning.answer, captioning.nouns
            captioning.answer  ->
            captioning.nouns   ->
            captioning.recaption -> captioning

            ingest             -> ingest.fetch, ingest.image, ingest.near, ingest.optout, ingest.scoring, ingest.texts
            ingest.optout      -> ingest.image
            ingest.scoring     -> ingest.image
            ingest.texts       ->
            ingest.near        ->
            ingest.image       -> ingest.image.jpeg, ingest.image.preview, ingest.near
            ingest.image.preview ->
            ingest.image.jpeg  ->
            ingest.fetch       -> ingest.image, ingest.remote
            ingest.remote      ->
            ingest.lists       -> ingest.fetch, ingest.image
            ingest.sources     -> ingest.image, ingest.sources.files, ingest.sources.state
            ingest.sources.files ->
            ingest.sources.s3  -> ingest.image, ingest.remote, ingest.sources, ingest.sources.files
            ingest.sources.state ->
            ingest.sources.topic -> ingest.image, ingest.sources
            ingest.sources.urls -> ingest.fetch, ingest.lists, ingest.sources

            models.nn          ->
            models.weights     -> models.nn
            models.optim       -> models.nn, models.weights
            models.image       -> models.nn, models.weights
            models.ocr         -> models.image, models.onnx
            models.onnx        -> models.image
            models.tokenizer   -> models.weights
            models.backbone    -> models.nn, models.weights
            models.autoencoder -> models.image, models.nn, models.weights
            models.text        -> models.image, models.nn, models.tokenizer, models.weights
            models.caption     -> models.image, models.nn, models.tokenizer, models.weights
            models.diffusion   -> models.backbone, models.image, models.nn, models.optim, models.text, models.weights
            models.pretrain    -> models.autoencoder, models.backbone, models.caption, models.diffusion, models.image, models.nn, \
            models.optim, models.text, models.tokenizer, models.weights
            models             -> models.autoencoder, models.backbone, models.caption, models.diffusion, models.image, models.nn, \
            models.optim, models.text, models.tokenizer, models.weights

            trainer            -> trainer.dataset, trainer.feed, trainer.feed.settings, trainer.ledger
            trainer.dataset    -> trainer.ledger
            trainer.feed       -> trainer.dataset, trainer.feed.settings, trainer.ledger
            trainer.feed.settings ->
            trainer.ledger     ->

            app.cli            ->
            app.page           ->
            app.cluster        -> app.cli
            app.settings       -> app.cli, app.cluster
            app.stages         -> app.cli, app.cluster, app.settings
            app.source         -> app.cli, app.cluster, app.settings, app.source.state
            app.source.state   -> app.cli, app.settings
            app.topics         -> app.cli, app.settings
            app.control        -> app.cli, app.settings, app.topics
            app.removals       -> app.cli, app.settings, app.topics
            app.rejections     -> app.cli, app.control, app.settings, app.topics
            app.deadletters    -> app.cli, app.settings, app.topics
            app.ledger         -> app.cli, app.settings, app.topics
            app.stats          -> app.cli, app.settings, app.topics
            app.status         -> app.cli, app.control, app.settings, app.topics
            app.dataset        -> app.cli, app.settings
            app.compare        -> app.cli, app.cluster, app.ledger, app.page, app.settings, app.stages, app.topics
            app.demo           -> app.cli, app.cluster, app.page, app.settings, app.source, app.stages, app.topics
            app.models         -> app.cli, app.settings
            app.bench.measure  ->
            app.bench          -> app.bench.measure, app.cli, app.cluster, app.settings, app.stages
            app                -> app.bench, app.cli, app.cluster, app.compare, app.control, app.dataset, app.deadletters, app.demo, app.ledger, app.models, app.rejections, app.removals, app.settings, \
            app.source, \
            app.stages, app.stats, app.status, app.topics
            """);

    /** Public for another reason than a user in another package. */
    private static final Set<String> PUBLIC_ANYWAY = Set.of(
            "dev.latentstream.app.Main", // the launcher's main class
            "dev.latentstream.schemas.AvroSerializer", // the settings name the serdes
            "dev.latentstream.schemas.AvroDeserializer",
            "dev.latentstream.runtime.streams.StreamsDeadLetters", // Kafka Streams creates its handlers
            "dev.latentstream.ingest.NearDuplicateSettings", // public records contain it
            "dev.latentstream.ingest.RefusalSettings",
            "dev.latentstream.ingest.scoring.ImageScorer", // a public method takes it
            "dev.latentstream.trainer.NetworkSettings", // the builder of the trainer's settings takes it
            "dev.latentstream.trainer.feed.LatentSample", // public records contain it
            "dev.latentstream.trainer.feed.RecordPosition");

    private static JavaClasses main;

    @BeforeAll
    static void read() {
        main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages(BASE.substring(0, BASE.length() - 1));
    }

    @Test
    void everyPackageHasItsLine() {
        Set<String> packages = main.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(BASE))
                .map(name -> name.substring(BASE.length()))
                .filter(name ->
                        ARROWS.keySet().stream().anyMatch(room -> module(room).equals(module(name))))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(ARROWS.keySet()).containsExactlyElementsOf(packages);
    }

    @Test
    void arrowsGoDownOnly() {
        ARROWS.forEach((room, seen) -> {
            String[] others = ARROWS.keySet().stream()
                    .filter(other -> module(other).equals(module(room)) && !other.equals(room) && !seen.contains(other))
                    .map(BASE::concat)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(BASE + room)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .allowEmptyShould(true)
                    .check(main);
        });
    }

    /** Constants are inlined and Javadoc is dropped by the compiler: only the sources show those. */
    @Test
    void importsFollowTheArrows() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            String from = first("(?m)^package " + Pattern.quote(BASE) + "([\\w.]+);", text);
            if (!ARROWS.containsKey(from)) {
                continue;
            }
            Matcher imports = Pattern.compile("(?m)^import (?:static )?" + Pattern.quote(BASE) + "([a-z.]+)\\.[A-Z]")
                    .matcher(text);
            while (imports.find()) {
                String to = imports.group(1);
                if (module(to).equals(module(from))
                        && !to.equals(from)
                        && !ARROWS.get(from).contains(to)) {
                    wrong.add("%s imports %s".formatted(source.getFileName(), to));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("dev.latentstream.(**)").should().beFreeOfCycles().check(main);
    }

    @Test
    void theLowerFloorsOfModelsAreForModelsAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.latentstream.models..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.latentstream.models.nn",
                        "dev.latentstream.models.weights",
                        "dev.latentstream.models.tokenizer")
                .check(main);
    }

    @Test
    void aPublicTypeHasAUserInAnotherPackage() throws IOException {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotAnnotatedWith("org.apache.avro.specific.AvroGenerated")
                .and(resideInAPackage("dev.latentstream.."))
                .and()
                .doNotHaveSimpleName("package-info")
                .should(beUsedInAnotherPackageIfPublic(imports()))
                .check(main);
    }

    /** A producer can send a commit before records that are unsent when it is requested. */
    @Test
    void aTransactionIsCommittedOnlyWhereItsRecordsAreWaitedFor() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(TransactionalWriter.class)
                .and()
                .doNotHaveFullyQualifiedName(BASE + "runtime.batch.Transactions")
                .and()
                .doNotHaveFullyQualifiedName(BASE + "registry.SchemaLog")
                .should()
                .callCodeUnitWhere(target(name("commitTransaction")))
                .check(main);
    }

    @Test
    void aPackageHasAtMostThirtyThreeFiles() throws IOException {
        Map<Path, Long> files = sources().stream()
                .filter(source -> !source.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

        assertThat(files).isNotEmpty().allSatisfy((folder, count) -> assertThat(count)
                .as("files of %s", folder)
                .isLessThanOrEqualTo(MOST_FILES));
    }

    /** The types that sources of another package import: the compiler drops some uses, such as those of constants. */
    private static Set<String> imports() throws IOException {
        Set<String> imported = new TreeSet<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            String from = first("(?m)^package ([\\w.]+);", text);
            Matcher imports = Pattern.compile(
                            "(?m)^import (?:static )?(" + Pattern.quote(BASE) + "[a-z.]+)\\.([A-Z]\\w*)")
                    .matcher(text);
            while (imports.find()) {
                if (!imports.group(1).equals(from)) {
                    imported.add(imports.group(1) + "." + imports.group(2));
                }
            }
        }
        return imported;
    }

    private static ArchCondition<JavaClass> beUsedInAnotherPackageIfPublic(Set<String> imported) {
        return new ArchCondition<>("be used in another package if public") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean used = Stream.concat(Stream.of(type), nested(type))
                        .flatMap(one -> one.getDirectDependenciesToSelf().stream())
                        .anyMatch(
                                user -> !user.getOriginClass().getPackageName().equals(type.getPackageName()));
                if (type.getModifiers().contains(JavaModifier.PUBLIC)
                        && !used
                        && !imported.contains(type.getName())
                        && !PUBLIC_ANYWAY.contains(type.getName())) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " is public for nobody"));
                }
            }
        };
    }

    private static Stream<JavaClass> nested(JavaClass type) {
        return main.stream().filter(one -> one.getName().startsWith(type.getName() + "$"));
    }

    private static List<Path> sources() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module :
                    modules.map(folder -> folder.resolve("src/main/java/dev")).toList()) {
                if (Files.isDirectory(module)) {
                    try (Stream<Path> files = Files.walk(module)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    }
                }
            }
        }
        return sources;
    }

    private static String module(String room) {
        return room.replaceFirst("\\..*", "");
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static Map<String, Set<String>> arrows(String lines) {
        return lines.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split("->", 2))
                .collect(Collectors.toMap(
                        sides -> sides[0].strip(),
                        sides -> Arrays.stream(sides[1].split(","))
                                .map(String::strip)
                                .filter(room -> !room.isEmpty())
                                .collect(Collectors.toSet()),
                        (one, same) -> {
                            throw new IllegalArgumentException("two lines for one package");
                        },
                        TreeMap::new));
    }
}
