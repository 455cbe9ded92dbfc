package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.scenes.SceneLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalMigrationTest {
    private final MemorySources sources = new MemorySources();

    @AutoClose
    private final Meters meters = new Meters();

    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);

    @TempDir
    private Path folder;

    @Test
    void itemsOfAJournalAreNotSentAgainAndTheFileIsRenamed() throws Exception {
        Path photos = Files.createDirectory(folder.resolve("photos"));
        Path old = Files.writeString(photos.resolve("a.jpg"), "one");
        Files.writeString(photos.resolve("b.jpg"), "two");
        Path journal = folder.resolve("photos.journal");
        Files.writeString(journal, line(old, "one", stamp(old)) + line(photos.resolve("gone.jpg"), "x", "?"));

        SourceProgress progress = send(photos, journal);

        assertThat(progress.notSent().done()).isEqualTo(1);
        assertThat(sources.images())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getUri()).endsWith("/b.jpg"));
        assertThat(journal).doesNotExist();
        assertThat(folder.resolve("photos.journal.migrated")).exists();
        assertThat(send(photos, journal).notSent().done()).isEqualTo(2);
    }

    @Test
    void anImageThatReplacesOneOfTheJournalSaysSo() throws Exception {
        Path photos = Files.createDirectory(folder.resolve("photos"));
        Path changed = Files.writeString(photos.resolve("a.jpg"), "another");
        Path journal = folder.resolve("photos.journal");
        Files.writeString(journal, line(changed, "one", "?"));

        send(photos, journal);

        assertThat(sources.images().get(0).value().getReplaces()).contains(imageId("one"));
    }

    @Test
    void whatIsInKafkaIsNewerThanAJournal() throws Exception {
        Path photos = Files.createDirectory(folder.resolve("photos"));
        Path file = Files.writeString(photos.resolve("a.jpg"), "one");
        Path journal = folder.resolve("photos.journal");
        send(photos, journal);
        Files.writeString(journal, line(file, "older", "?"));

        assertThat(send(photos, journal).notSent().done()).isEqualTo(1);
    }

    @Test
    void aJournalOfUrisAloneIsStillRead() throws Exception {
        Path journal = folder.resolve("scenes.journal");
        Files.writeString(journal, "scenes:1/16x16/0\n");

        SourceProgress progress = producer.send(
                        new SceneImageSource("scenes", 1, 2, SceneLimits.all(), 16),
                        Optional.of(journal),
                        Resend.CHANGED,
                        Pace.FREE,
                        reports -> {})
                .progress();

        assertThat(progress.notSent().done()).isEqualTo(1);
        assertThat(progress.sent()).isEqualTo(1);
    }

    private SourceProgress send(Path photos, Path journal) throws IOException {
        return producer.send(
                        new FolderSource("photos", photos, ImageExtensions.USUAL, 100),
                        Optional.of(journal),
                        Resend.CHANGED,
                        Pace.FREE,
                        progress -> {})
                .progress();
    }

    private static String line(Path file, String image, String stamp) throws IOException {
        return "%s\t%s\t%s\t%s\n".formatted(file.toUri(), imageId(image), stamp, "e3b0c44298fc1c14");
    }

    /** Returns the first 64 bits of a SHA-256, as the journals had them. */
    private static String stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        String stamp = attributes.size() + "@" + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return imageId(stamp).substring(0, 16);
    }

    private static String imageId(String text) {
        return dev.latentstream.schemas.ImageId.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
