package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The originals of refused images, in the topic from which they can be judged again. */
class QuarantineTest {
    private static final byte[] SMALL = TestImages.png(TestImages.drawing(96, 96));
    private static final byte[] PAGE = "<html>".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path state;

    @Test
    void aRefusedOriginalIsKeptAsItArrived() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.requireSide(2, 200);
            RawImage raw = RawImage.newBuilder(IngestDriver.raw(SMALL))
                    .setAltText("a drawing")
                    .setAltTexts(List.of(new AltText("a drawing", "photos", "file")))
                    .setAttributes(Map.of("licence", "CC0"))
                    .setReplaces("0".repeat(64))
                    .build();

            ingest.send(raw);
            ingest.send(raw);
            ingest.send(PAGE);

            assertThat(ingest.quarantine().readKeyValuesToList())
                    .containsExactly(
                            new KeyValue<>(IngestDriver.id(SMALL), raw),
                            new KeyValue<>(IngestDriver.id(PAGE), IngestDriver.raw(PAGE)));
            assertThat(ingest.rejections().readKeyValuesToMap())
                    .containsOnlyKeys(IngestDriver.id(SMALL), IngestDriver.id(PAGE));
        }
    }

    @Test
    void anOriginalThatIsSentAgainUnderALooserPolicyIsAdmittedAndLeavesNothing() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.requireSide(2, 200);
            ingest.send(SMALL);
            RawImage kept = ingest.quarantine().readValue();
            ingest.requireSide(3, 64);

            ingest.send(kept);
            ingest.send(kept);

            assertThat(ingest.images().readKeyValuesToList())
                    .extracting(record -> record.key)
                    .as("replayed twice, admitted once")
                    .containsExactly(IngestDriver.id(SMALL));
            assertTombstone(ingest.quarantine().readRecordsToList());
            assertThat(ingest.rejections().readRecordsToList())
                    .extracting(record -> record.value() == null)
                    .containsExactly(false, true);
        }
    }

    @Test
    void aRemovalErasesTheOriginalAndWithdrawsTheRejection() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.send(PAGE);
            ingest.quarantine().readRecordsToList();

            ingest.remove(PAGE);
            ingest.remove(PAGE);

            assertTombstone(ingest.quarantine().readRecordsToList());
            assertThat(ingest.rejections().readRecordsToList())
                    .extracting(record -> record.value() == null)
                    .containsExactly(false, true);
        }
    }

    @Test
    void aRemovedImageIsNotKeptWhenItArrivesAgain() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.remove(PAGE);

            ingest.send(PAGE);

            assertThat(ingest.rejections().readValue().getReason()).isEqualTo(RejectionReason.REMOVED);
            assertTombstone(ingest.quarantine().readRecordsToList());
            ingest.undoRemoval(PAGE);
            ingest.send(PAGE);
            assertThat(ingest.quarantine().readRecordsToList())
                    .extracting(record -> record.value() != null)
                    .as("withdrawn, then refused for itself")
                    .containsExactly(false, true);
        }
    }

    @Test
    void duplicatesAndEmptyFilesAreNotKept() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.send(SMALL);
            ingest.send(TestImages.encode("bmp", TestImages.drawing(96, 96)));
            ingest.send(new byte[0]);

            assertThat(ingest.rejections().readValuesToList())
                    .extracting(Rejection::getReason)
                    .containsExactly(RejectionReason.DUPLICATE, RejectionReason.EMPTY);
            assertThat(ingest.quarantine().isEmpty()).isTrue();
        }
    }

    @Test
    void onlyTheChosenReasonsAreKept() {
        QuarantineSettings chosen = new QuarantineSettings(true, List.of(RejectionReason.TOO_SMALL));
        try (IngestDriver ingest = new IngestDriver(state, settings(chosen))) {
            ingest.requireSide(2, 200);

            ingest.send(PAGE);
            ingest.send(SMALL);

            assertThat(ingest.quarantine().readKeyValuesToMap()).containsOnlyKeys(IngestDriver.id(SMALL));
        }
    }

    @Test
    void nothingIsKeptWhenItIsSwitchedOff() {
        try (IngestDriver ingest = new IngestDriver(state, settings(new QuarantineSettings(false, List.of())))) {
            ingest.send(PAGE);

            assertThat(ingest.rejections().isEmpty()).isFalse();
            assertThat(ingest.quarantine().isEmpty()).isTrue();
        }
    }

    @Test
    void anOriginalThatFitsIntoNoRecordIsNotKept() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            byte[] large = new byte[12 << 20];
            byte[] largest = new byte[(16 << 20) - 1000];

            ingest.send(large);
            ingest.send(largest);

            assertThat(ingest.rejections().readValuesToList())
                    .extracting(Rejection::getReason)
                    .containsOnly(RejectionReason.TOO_MANY_BYTES);
            assertThat(ingest.quarantine().readKeyValuesToMap()).containsOnlyKeys(IngestDriver.id(large));
        }
    }

    @Test
    void anImageIsJudgedOnceEvenIfThePolicyChangesOnItsWay() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.requireSide(1, 32);
            ingest.afterEachJudgement(() -> ingest.requireSide(2, 200));

            ingest.send(SMALL);

            assertThat(ingest.images().readValue().getFilterPolicy()).isEqualTo(1);
            assertThat(ingest.rejections().isEmpty()).isTrue();
        }
    }

    private static void assertTombstone(List<? extends TestRecord<String, RawImage>> records) {
        assertThat(records).hasSize(1);
        assertThat(records.get(0).value()).isNull();
    }

    private static IngestSettings settings(QuarantineSettings quarantine) {
        return new IngestSettings(
                new ImageBounds(),
                new DecodingSettings(),
                new OutputSettings(),
                1,
                quarantine,
                new FetchSettings(),
                new NearDuplicateSettings(),
                new StreamsSettings());
    }
}
