package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.bench.TestPng;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of ingest that is killed while it decodes one image, as by a fault in native code, at each start. */
class KilledIngestIT {
    private static final int KILLED = 128 + 9;
    private static final int GOOD = 24;
    private static final long SEED = 32;

    /** Of a group that no other pipeline of this machine has: instances are numbered by group, and the number is in a path. */
    private static final String PREFIX = "killed-";

    /** As many pixels as the default bounds allow. */
    private static final int FATAL_SIDE = 10_000;

    /** Where the stage writes what it decodes, below the state directory of the settings: the first instance on this host. */
    private static final Path ATTEMPTS = Path.of("state", "0", PREFIX + "ingest", "attempts");

    @TempDir
    private static Path folder;

    @AutoClose
    private final Cluster cluster = Cluster.start();

    private final Set<String> good = new HashSet<>();

    @Test
    void setsTheImageAsideAtTheThirdStartAndAdmitsAllOthers() throws Exception {
        String fatal = writeFiles();
        Files.writeString(folder.resolve("pipeline.yaml"), settings());
        try (StageFixture fixture = new StageFixture(cluster, PREFIX, folder)) {
            deliver(fixture);

            killWhileDecoding(fatal, Set.of());
            killWhileDecoding(fatal, Set.of(fatal + " 1"));

            try (CommandProcess ingest = start()) {
                await().atMost(StageFixture.PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> {
                            ingest.requireAlive();
                            return fixture.keys(fixture.topics.images()).size() >= GOOD
                                    && !fixture.keys(fixture.topics.imagesRejected())
                                            .isEmpty();
                        });
            }
            assertThat(fixture.keys(fixture.topics.images())).containsExactlyInAnyOrderElementsOf(good);
            assertThat(fixture.log.read(fixture.topics.imagesRejected()))
                    .singleElement()
                    .satisfies(rejection -> {
                        assertThat(rejection.key()).isEqualTo(fatal);
                        assertThat(rejection.value().getReason()).isEqualTo(RejectionReason.CRASHED);
                        assertThat(rejection.value().getValue()).contains("2 failed attempts");
                    });
        }
    }

    /** @param failures of earlier processes, which this one has to have counted: what it decodes is then not what they left */
    private static void killWhileDecoding(String imageId, Set<String> failures) throws Exception {
        try (CommandProcess ingest = start()) {
            await().atMost(StageFixture.PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        ingest.requireAlive();
                        return lines(".failures").equals(failures)
                                && lines(".current").equals(Set.of(imageId));
                    });
            ingest.signal("KILL");
            Ended killed = ingest.awaitEnd();

            assertThat(killed.exitCode()).isEqualTo(KILLED);
            assertThat(lines(".current")).as("it was killed too late").containsExactly(imageId);
        }
    }

    /** Returns the lines of a kind of file of all tasks, without the blank ones of tasks that decode nothing. */
    private static Set<String> lines(String suffix) throws IOException {
        if (Files.notExists(folder.resolve(ATTEMPTS))) {
            return Set.of();
        }
        Set<String> lines = new HashSet<>();
        try (Stream<Path> files = Files.list(folder.resolve(ATTEMPTS))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(suffix)).toList()) {
                Files.readString(file, StandardCharsets.US_ASCII)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    private static CommandProcess start() throws IOException {
        return CommandProcess.start(folder, List.of("ingest", "--config=pipeline.yaml", "--http-port=0"));
    }

    private static void deliver(StageFixture fixture) throws Exception {
        SourceProducer producer = new SourceProducer(fixture.connection, fixture.meters);
        try (ImageSource source =
                new FolderSource("photos", folder.resolve("images"), ImageExtensions.USUAL, 8 << 20)) {
            producer.send(source, Pace.FREE, progress -> {});
        }
    }

    /** Returns the id of the image during whose decoding the process is killed. */
    private String writeFiles() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < GOOD; i++) {
            good.add(put(
                    "%02d.png".formatted(i),
                    MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(SEED, i), 64, 64))));
        }
        return put("%02d-fatal.png".formatted(GOOD / 2), TestPng.interlaced(FATAL_SIDE));
    }

    private static String put(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve("images").resolve(name), bytes);
        return ImageId.of(ByteBuffer.wrap(bytes));
    }

    private String settings() {
        return """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  topic-prefix: %s
                ingest:
                  streams: {state-dir: state}
                """.formatted(cluster.bootstrapServers(), cluster.schemaRegistryUrl(), PREFIX);
    }
}
