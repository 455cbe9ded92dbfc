package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SourceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceProducerTest {
    private final MemorySources sources = new MemorySources();
    private final AtomicInteger turns = new AtomicInteger();

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
    void anImageIsKeyedByTheHashOfItsBytes() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "0123456789");

        SourceProgress progress = send(100);

        assertThat(sources.images()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("images-raw");
            assertThat(record.key()).isEqualTo("84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
            assertThat(record.value().getSource()).isEqualTo("photos");
            assertThat(record.headers().lastHeader("source").value()).asString().isEqualTo("photos");
        });
        assertThat(progress.sent()).isEqualTo(1);
    }

    @Test
    void anImageMayNameAnotherSource() throws Exception {
        SourceItem.Found found = (SourceItem.Found) OneImage.found("kafka:crawled/0@0", "a cat");
        OneImage source = new OneImage("kafka:crawled/0@0") {
            private boolean read;

            @Override
            public Optional<SourceItem> next(Known known) {
                Optional<SourceItem> next =
                        read ? Optional.empty() : Optional.of(new SourceItem.Sourced("web-eu", found));
                read = true;
                return next;
            }
        };

        producer.send(source, Pace.FREE, progress -> {});

        assertThat(sources.images()).singleElement().satisfies(record -> {
            assertThat(record.value().getSource()).isEqualTo("web-eu");
            assertThat(record.value().getAltTexts())
                    .allSatisfy(text -> assertThat(text.getSource()).isEqualTo("web-eu"));
            assertThat(record.headers().lastHeader("source").value()).asString().isEqualTo("web-eu");
        });
        assertThat(sources.state("one").orElseThrow().getImages()).isEqualTo(1);
    }

    @Test
    void aSecondRunSendsOnlyWhatIsNew() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        send(100);
        Files.writeString(photos.resolve("b.jpg"), "two");

        SourceProgress progress = send(100);

        assertThat(sources.images()).hasSize(2);
        assertThat(progress.sent()).isEqualTo(1);
        assertThat(progress.notSent().done()).isEqualTo(1);
    }

    @Test
    void anImageTooLargeForARecordIsRejectedWithValueAndBound() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "0123456789");

        send(4);

        assertThat(sources.images()).isEmpty();
        assertThat(sources.rejections()).singleElement().satisfies(record -> {
            assertThat(record.value().getReason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
            assertThat(record.value().getValue()).contains("10");
            assertThat(record.value().getBound()).contains("4");
            assertThat(record.key()).startsWith("84d89877");
        });
    }

    @Test
    void anImageWhoseUriAndTextsFitIntoNoRecordIsRejectedAndTheNextIsSent() throws Exception {
        String url = "http://a.test/" + "x".repeat(600_000);

        SourceProgress progress = producer.send(
                        new Items(
                                List.of(OneImage.found(url, "a cat"), OneImage.found("http://a.test/2.jpg", "a dog"))),
                        Pace.FREE,
                        report -> {})
                .progress();

        assertThat(sources.rejections()).singleElement().satisfies(record -> {
            assertThat(record.value().getReason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
            assertThat(record.value().getValue()).contains("1200036");
            assertThat(record.value().getBound()).contains("1048576");
        });
        assertThat(sources.images())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getUri()).isEqualTo("http://a.test/2.jpg"));
        assertThat(progress.notSent().refused()).isEqualTo(Map.of(RejectionReason.TOO_MANY_BYTES, 1L));
    }

    @Test
    void theStateHasTheStartOfALongUri() throws Exception {
        producer.send(
                new Items(List.of(OneImage.found("http://a.test/" + "x".repeat(500_000), "a cat"))),
                Pace.FREE,
                report -> {});

        assertThat(sources.images()).hasSize(1);
        assertThat(sources.state("one").orElseThrow().getPosition().orElseThrow())
                .hasSize(1024)
                .startsWith("http://a.test/xxx");
    }

    /** Delivers items in order. */
    private static final class Items extends OneImage {
        private final Iterator<SourceItem> items;

        Items(List<SourceItem> items) {
            super("items");
            this.items = items.iterator();
        }

        @Override
        public Optional<SourceItem> next(Known known) {
            return items.hasNext() ? Optional.of(items.next()) : Optional.empty();
        }
    }

    @Test
    void progressCountsEveryItemOnce() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        Files.writeString(photos.resolve("notes.csv"), "1");
        List<SourceProgress> reports = new ArrayList<>();

        producer.send(new FolderSource("photos", photos, ImageExtensions.USUAL, 100), Pace.FREE, reports::add);

        SourceProgress last = reports.get(reports.size() - 1);
        assertThat(last.items()).isEqualTo(2).isEqualTo(last.total().orElseThrow());
        assertThat(last.notSent().others()).isEqualTo(1);
    }

    @Test
    void aClusterThatRefusesARecordStopsTheSource() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        sources.produceWith(() -> {
            MockProducer<String, SpecificRecord> full = MemorySources.producer();
            full.sendException = new IllegalStateException("no room");
            return full;
        });

        assertThatThrownBy(() -> send(100)).hasMessageContaining("no room");
    }

    @Test
    void aFailedCommitIsAnInfrastructureExceptionAndNothingIsRecorded() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        sources.produceWith(() -> {
            MockProducer<String, SpecificRecord> failing = MemorySources.producer();
            failing.commitTransactionException = new InvalidTopicException("images-raw is closed");
            return failing;
        });

        assertThatThrownBy(() -> send(100))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("images-raw is closed");
        assertThat(sources.items()).isEmpty();
    }

    @Test
    void anInterruptEndsAnEndlessSourceWithEverySentImageRecorded() throws Exception {
        Pace untilTheThird = (sent, atMost) -> {
            if (turns.incrementAndGet() > 3) {
                Thread.currentThread().interrupt();
            }
            return true;
        };

        SourceOutcome outcome = producer.send(
                new SceneImageSource("scenes", 1, Long.MAX_VALUE, SceneLimits.all(), 16), untilTheThird, reports -> {});

        assertThat(outcome.isEnded()).isFalse();
        assertThat(outcome.loss()).isEmpty();
        assertThat(outcome.progress().sent()).isEqualTo(3);
        assertThat(sources.images()).hasSize(3);
        assertThat(sources.items())
                .extracting(ProducerRecord::key)
                .containsExactly("scenes scenes:1/16x16/0", "scenes scenes:1/16x16/1", "scenes scenes:1/16x16/2");
        assertThat(sources.state("scenes").orElseThrow().getStatus()).isEqualTo(SourceStatus.STOPPED);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void onlyWhatIsSentIsPaced() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        Files.writeString(photos.resolve("notes.csv"), "1");
        send(100);
        Files.writeString(photos.resolve("b.jpg"), "two");
        AtomicInteger waits = new AtomicInteger();

        producer.send(
                new FolderSource("photos", photos, ImageExtensions.USUAL, 100),
                (sent, atMost) -> waits.incrementAndGet() > 0,
                reports -> {});

        assertThat(waits).hasValue(1);
    }

    @Test
    void copiesOfAnImageAreOneRecordWithTheTextsOfAll() throws Exception {
        for (int i = 1; i <= 5; i++) {
            Files.writeString(photos.resolve(i + ".jpg"), "the same");
            Files.writeString(photos.resolve(i + ".txt"), "caption " + i);
        }
        SourceProgress progress = send(100);

        assertThat(sources.images()).singleElement().satisfies(record -> {
            assertThat(record.value().getAltText()).contains("caption 1");
            assertThat(record.value().getAltTexts())
                    .extracting(AltText::getText)
                    .containsExactly("caption 1", "caption 2", "caption 3", "caption 4", "caption 5");
            assertThat(record.value().getAltTexts())
                    .extracting(text -> text.getUri().substring(text.getUri().length() - 5))
                    .containsExactly("1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg");
        });
        assertThat(progress.notSent().copies()).isEqualTo(4);
        assertThat(progress.items()).isEqualTo(5);
        assertThat(send(100).notSent().done()).isEqualTo(5);
    }

    @Test
    void imagesWithoutATextAndDroppedTextsAreCounted() throws Exception {
        Files.writeString(photos.resolve("a.jpg"), "one");
        Files.writeString(photos.resolve("a.xml"), "<caption>");
        Files.writeString(photos.resolve("b.jpg"), "two");
        Files.writeString(photos.resolve("c.txt"), "no image");

        SourceProgress.Texts texts = send(100).texts();

        assertThat(texts.missing()).isEqualTo(2);
        assertThat(texts.missingBesideFile()).isEqualTo(1);
        assertThat(texts.dropped()).isEqualTo(Map.of(AltTextFault.NO_IMAGE, 1L));
        assertThat(meters.value(Meter.ALT_TEXT_DROPPED, "source", "photos", "no-image"))
                .isEqualTo(1);
    }

    @Test
    void manyCopiesOfOneImageDoNotFillTheMemory() throws Exception {
        ImageSource endless = new OneImage("a.jpg") {
            private int count;

            @Override
            public Optional<SourceItem> next(Known known) {
                String uri = count++ + ".jpg";
                return count > 200 ? Optional.empty() : Optional.of(found(uri, "text " + count));
            }
        };

        SourceProgress progress =
                producer.send(endless, Pace.FREE, reports -> {}).progress();

        assertThat(sources.images())
                .hasSize(4)
                .allSatisfy(record -> assertThat(record.value().getAltTexts()).hasSizeLessThanOrEqualTo(16));
        assertThat(progress.texts().dropped()).isEqualTo(Map.of(AltTextFault.TOO_MANY, 200L - 3 * 16 - 8));
    }

    private SourceProgress send(int maxImageBytes) throws IOException {
        return producer.send(
                        new FolderSource("photos", photos, ImageExtensions.USUAL, maxImageBytes),
                        Pace.FREE,
                        progress -> {})
                .progress();
    }
}
