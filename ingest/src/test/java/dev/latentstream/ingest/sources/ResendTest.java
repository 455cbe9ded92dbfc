package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.RawImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResendTest {
    private final MemorySources sources = new MemorySources();

    @AutoClose
    private final Meters meters = new Meters();

    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);

    @TempDir
    private Path folder;

    private Path photos;

    @BeforeEach
    void makeFolders() throws IOException {
        photos = Files.createDirectory(folder.resolve("photos"));
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
        ProducerRecord<String, RawImage> renewed = sources.images().get(2);
        assertThat(renewed.key()).isEqualTo(sources.images().get(0).key());
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

        assertThat(sources.images())
                .extracting(record -> record.value().getAltText().orElse("none"))
                .containsExactly("none", "a cat", "none");
    }

    @Test
    void aChangedImageSaysWhichOneItReplaces() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);
        Files.writeString(photos.resolve("a.jpg"), "another");

        send(100);

        ProducerRecord<String, RawImage> second = sources.images().get(1);
        assertThat(second.key()).isNotEqualTo(sources.images().get(0).key());
        assertThat(second.value().getReplaces())
                .contains(sources.images().get(0).key());
    }

    @Test
    void aFileThatWasOnlyTouchedIsNotSentAgain() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);
        Files.setLastModifiedTime(photos.resolve("a.jpg"), FileTime.fromMillis(1_000_000));

        assertThat(send(100).notSent().done()).isEqualTo(1);
        assertThat(sources.images()).hasSize(1);
    }

    @Test
    void everythingIsSentAgainOnRequestAndStaysInTheJournal() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);

        producer.send(folder(100), Optional.empty(), Resend.ALL, Pace.FREE, progress -> {});

        assertThat(sources.images()).hasSize(2);
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

        assertThat(sources.images().get(1).value().getAltTexts())
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

        assertThat(sources.images()).hasSize(2);
        assertThat(sources.images().get(1).value().getAltText()).contains("a cat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb.jpg", "a\rb.jpg", "a\tb.jpg", "a\\nb.jpg", "a b\\.jpg", "\u2028.jpg"})
    void anItemOfAnyNameIsRemembered(String uri) throws Exception {
        producer.send(new OneImage(uri), Pace.FREE, progress -> {});

        SourceOutcome second = producer.send(new OneImage(uri), Pace.FREE, progress -> {});

        assertThat(second.progress().notSent().done()).isEqualTo(1);
        assertThat(sources.images()).hasSize(1);
    }

    @Test
    void anImageThatIsTooLargeIsRejectedOnce() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "0123456789");
        send(4);

        SourceProgress again = send(4);

        assertThat(sources.rejections()).hasSize(1);
        assertThat(again.notSent().tooLarge()).isEqualTo(1);
        assertThat(sources.state("photos").orElseThrow().getRejected()).isEqualTo(1);
    }

    private FolderSource folder(int maxImageBytes) throws IOException {
        return new FolderSource("photos", photos, ImageExtensions.USUAL, maxImageBytes);
    }

    private SourceProgress send(int maxImageBytes) throws IOException {
        return producer.send(folder(maxImageBytes), Pace.FREE, progress -> {}).progress();
    }
}
