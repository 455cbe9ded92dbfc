package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResendTest {
    private final MockProducer<String, RawImage> images =
            new MockProducer<>(true, null, new StringSerializer(), (topic, image) -> new byte[0]);
    private final MockProducer<String, Rejection> rejections =
            new MockProducer<>(true, null, new StringSerializer(), (topic, rejection) -> new byte[0]);
    private final Meters meters = new Meters();
    private final SourceProducer producer = new SourceProducer(new Topics(""), images, rejections, meters);

    @TempDir
    private Path folder;

    private Path photos;
    private Path journal;

    @BeforeEach
    void makeFolders() throws IOException {
        photos = Files.createDirectory(folder.resolve("photos"));
        journal = folder.resolve("state/photos.journal");
    }

    @AfterEach
    void close() {
        producer.close();
        meters.close();
    }

    @Test
    void aChangedTextIsSentAgainWithTheSameImage() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        Files.writeString(photos.resolve("a.txt"), "a dog");
        Files.writeString(photos.resolve("b.jpg"), "two");
        send(100);
        Files.writeString(photos.resolve("a.txt"), "a black cat");

        SourceProgress progress = send(100);

        assertThat(progress.sent()).isEqualTo(1);
        assertThat(progress.notSent().done()).isEqualTo(1);
        ProducerRecord<String, RawImage> renewed = images.history().get(2);
        assertThat(renewed.key()).isEqualTo(images.history().get(0).key());
        assertThat(renewed.value().getAltText()).contains("a black cat");
        assertThat(renewed.value().getReplaces()).isEmpty();
    }

    @Test
    void aTextThatIsAddedOrRemovedIsAChange() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);
        Files.writeString(photos.resolve("a.caption"), "a cat");
        send(100);
        Files.delete(photos.resolve("a.caption"));
        send(100);

        assertThat(images.history())
                .extracting(record -> record.value().getAltText().orElse("none"))
                .containsExactly("none", "a cat", "none");
    }

    @Test
    void aChangedImageSaysWhichOneItReplaces() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);
        Files.writeString(photos.resolve("a.jpg"), "another");

        send(100);

        ProducerRecord<String, RawImage> second = images.history().get(1);
        assertThat(second.key()).isNotEqualTo(images.history().get(0).key());
        assertThat(second.value().getReplaces())
                .contains(images.history().get(0).key());
    }

    @Test
    void aFileThatWasOnlyTouchedIsNotSentAgain() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);
        Files.setLastModifiedTime(photos.resolve("a.jpg"), FileTime.fromMillis(1_000_000));

        assertThat(send(100).notSent().done()).isEqualTo(1);
        assertThat(images.history()).hasSize(1);
    }

    @Test
    void everythingIsSentAgainOnRequestAndStaysInTheJournal() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);

        producer.send(folder(100), Optional.of(journal), Resend.ALL, Pace.FREE, progress -> {});

        assertThat(images.history()).hasSize(2);
        assertThat(send(100).notSent().done()).isEqualTo(1);
    }

    @Test
    void aCorrectedTextOfACopyIsSentWithTheUriOfThatCopy() throws Exception {
        for (int i = 1; i <= 2; i++) {
            Files.writeString(photos.resolve(i + ".jpg"), "the same");
            Files.writeString(photos.resolve(i + ".txt"), "caption " + i);
        }
        send(100);
        Files.writeString(photos.resolve("2.txt"), "corrected");

        send(100);

        assertThat(images.history().get(1).value().getAltTexts())
                .singleElement()
                .satisfies(text -> {
                    assertThat(text.getText()).isEqualTo("corrected");
                    assertThat(text.getUri()).endsWith("/2.jpg");
                });
    }

    @Test
    void aTextThatCannotBeReadNowIsReadInTheNextRun() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        Files.createSymbolicLink(photos.resolve("a.txt"), folder.resolve("later.txt"));
        send(100);
        assertThat(send(100).notSent().done()).isEqualTo(1);
        Files.writeString(folder.resolve("later.txt"), "a cat");

        send(100);

        assertThat(images.history()).hasSize(2);
        assertThat(images.history().get(1).value().getAltText()).contains("a cat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb.jpg", "a\rb.jpg", "a\tb.jpg", "a\\nb.jpg", "a b\\.jpg", "\u2028.jpg"})
    void anItemOfAnyNameIsJournalled(String uri) throws Exception {
        producer.send(new OneImage(uri), Optional.of(journal), Pace.FREE, progress -> {});

        SourceProgress second = producer.send(new OneImage(uri), Optional.of(journal), Pace.FREE, progress -> {});

        assertThat(second.notSent().done()).isEqualTo(1);
        assertThat(images.history()).hasSize(1);
    }

    @Test
    void aJournalOfUrisAloneIsStillRead() throws Exception {
        Files.createDirectories(journal.getParent());
        Files.writeString(journal, "scenes:1/16x16/0\n");

        SourceProgress progress = producer.send(
                new SceneImageSource("scenes", 1, 2, SceneLimits.all(), 16),
                Optional.of(journal),
                Pace.FREE,
                reports -> {});

        assertThat(progress.notSent().done()).isEqualTo(1);
        assertThat(progress.sent()).isEqualTo(1);
    }

    private FolderSource folder(int maxImageBytes) throws IOException {
        return new FolderSource("photos", photos, ImageExtensions.USUAL, maxImageBytes);
    }

    private SourceProgress send(int maxImageBytes) throws IOException {
        return producer.send(
                new FolderSource("photos", photos, ImageExtensions.USUAL, maxImageBytes),
                Optional.of(journal),
                Pace.FREE,
                progress -> {});
    }
}
