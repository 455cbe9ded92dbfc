package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Ingest with a model that scores images between its two steps. */
class ScoringTest extends ScoringFixture {
    @Test
    void anImageIsAdmittedWithItsScoreAndTheIdOfTheModel() {
        ingest.send(PINK);
        score();

        KeyValue<String, Image> admitted = ingest.images().readKeyValue();
        assertThat(admitted.key).isEqualTo(IngestDriver.id(PINK));
        assertThat(admitted.value.getScores())
                .containsEntry("redness", 204 / 255f)
                .containsKeys("sharpness", "contrast", "flatness");
        assertThat(admitted.value.getScoreModels()).containsOnly(Map.entry("redness", "redness-1"));
        assertThat(admitted.value.getFilterPolicy()).isEqualTo(1);
        assertThat(ingest.rejections().isEmpty()).isTrue();
        assertThat(ingest.quarantine().isEmpty()).isTrue();
        assertThat(meters.value(Meter.STAGE_RECORDS, "scoring", "photos", "passed"))
                .isEqualTo(1);
    }

    @Test
    void anImageBeyondTheBoundOfTheModelIsRefusedWithItsScoreAndItsOriginalIsKept() {
        ingest.send(RED);
        score();

        KeyValue<String, Rejection> refused = ingest.rejections().readKeyValue();
        assertThat(refused.key).isEqualTo(IngestDriver.id(RED));
        assertThat(refused.value.getStage()).isEqualTo("scoring");
        assertThat(refused.value.getReason()).isEqualTo(RejectionReason.SCORE);
        assertThat(refused.value.getValue()).contains("1.0");
        assertThat(refused.value.getBound()).contains("0.9");
        assertThat(refused.value.getDetail()).isEqualTo("redness, by the model redness-1, 1.0 is above 0.9");
        assertThat(refused.value.getScores()).containsEntry("redness", 1f);
        assertThat(refused.value.getThumbnail()).isPresent();
        assertThat(refused.value.getOriginal().orElseThrow().getId()).isEqualTo(refused.key);
        RawImage kept = ingest.quarantine().readValue();
        assertThat(kept.getImage()).isEqualTo(IngestDriver.raw(RED).getImage());
        assertThat(kept.getScores()).containsOnly(Map.entry("redness", 1f));
        assertThat(kept.getScoreModels()).containsOnly(Map.entry("redness", "redness-1"));
        assertThat(ingest.images().isEmpty()).isTrue();
        assertThat(meters.value(Meter.STAGE_RECORDS, "scoring", "photos", "score"))
                .isEqualTo(1);
    }

    @Test
    void aTurnedBoundAdmitsARefusedImageWithoutComputingItsScoreAgain() {
        ingest.send(RED);
        score();
        RawImage kept = ingest.quarantine().readValue();
        scorers.close();
        start(new QuarantineSettings()); // without the memory of the earlier process
        policies.put("photos", policy(Map.of(), Map.of("redness", 1.0)));
        version = 2;

        ingest.send(kept);
        score();

        assertThat(redness.scored).isZero();
        Image admitted = ingest.images().readValue();
        assertThat(admitted.getScores()).containsEntry("redness", 1f);
        assertThat(admitted.getFilterPolicy()).isEqualTo(2);
        assertThat(ingest.rejections().readRecordsToList())
                .extracting(TestRecord::value)
                .last()
                .as("the withdrawal")
                .isNull();
        assertThat(ingest.quarantine().readRecord().value()).isNull();
    }

    @Test
    void theScoreOfAnotherModelIsComputedAgain() {
        ingest.send(RED);
        score();
        RawImage kept = ingest.quarantine().readValue();
        kept.setScores(Map.of("redness", 0.5f));
        kept.setScoreModels(Map.of("redness", "redness-0"));

        ingest.send(plain(254, 0));
        ingest.send(kept);
        score();

        assertThat(redness.scored).as("RED is remembered").isEqualTo(2);
        assertThat(ingest.images().isEmpty()).isTrue();
    }

    @Test
    void theBoundOfASourceAppliesToItsImagesAlone() {
        policies.put("strict", policy(Map.of("redness", 0.5), Map.of("redness", 0.7)));

        ingest.send(of("strict", PINK));
        ingest.send(of("strict", GREY));
        ingest.send(of("strict", plain(150, 3)));
        ingest.send(of("photos", plain(200, 5)));
        score();

        assertThat(ingest.rejections().readValuesToList())
                .extracting(Rejection::getDetail)
                .containsExactly(
                        "redness, by the model redness-1, 0.8 is above 0.7",
                        "redness, by the model redness-1, 0.39215687 is below 0.5");
        assertThat(ingest.images().readValuesToList())
                .extracting(Image::getSource)
                .containsExactly("strict", "photos");
    }

    @Test
    void anImageThatTheModelCannotScoreIsRefusedAndTheOthersOfItsBatchAreNot() {
        ingest.send(GREY);
        ingest.send(BLACK);
        ingest.send(PINK);
        score();

        Rejection refused = ingest.rejections().readValue();
        assertThat(refused.getStage()).isEqualTo("scoring");
        assertThat(refused.getReason()).isEqualTo(RejectionReason.SCORE);
        assertThat(refused.getValue()).contains("NaN");
        assertThat(refused.getBound()).contains("a finite number");
        assertThat(ingest.quarantine().readKeyValue().key).isEqualTo(IngestDriver.id(BLACK));
        assertThat(ingest.images().readKeyValuesToMap()).containsOnlyKeys(IngestDriver.id(GREY), IngestDriver.id(PINK));
    }

    @Test
    void whatIngestRefusesIsNotScored() {
        ingest.requireSide(2, 200);
        ingest.send(RED);
        ingest.send("<html>".getBytes(StandardCharsets.UTF_8));

        assertThat(ingest.unscored().isEmpty()).isTrue();
        assertThat(ingest.rejections().readValuesToList())
                .extracting(Rejection::getStage)
                .containsExactly("ingest", "ingest");
    }

    @Test
    void aPolicyThatChangedBetweenTheStepsIsAppliedAsAWhole() {
        policies.put(
                "photos",
                FilterPolicy.newBuilder().setMinSide(200).setMaxAspectRatio(3).build());
        version = 7;
        ingest.send(PINK);
        score();

        Rejection refused = ingest.rejections().readValue();
        assertThat(refused.getReason()).isEqualTo(RejectionReason.TOO_SMALL);
        assertThat(refused.getPolicy()).isEqualTo(7);
    }

    @Test
    void aRemovalReachesImagesThatAreAdmittedOrRefusedByTheirScores() {
        ingest.send(RED);
        ingest.send(PINK);
        score();
        ingest.remove(RED);
        ingest.remove(PINK);
        ingest.send(RED);
        score();

        assertThat(ingest.images().readKeyValuesToMap()).containsEntry(IngestDriver.id(PINK), null);
        assertThat(ingest.quarantine().readKeyValuesToMap()).containsEntry(IngestDriver.id(RED), null);
        assertThat(ingest.rejections().readValuesToList().get(2).getReason()).isEqualTo(RejectionReason.REMOVED);
    }

    @Test
    void aRemovalThatOvertakesTheScoresIsHonoured() {
        ingest.send(PINK);
        ingest.remove(PINK);
        score();

        assertThat(ingest.images().isEmpty()).isTrue();
        assertThat(ingest.rejections().readValue().getReason()).isEqualTo(RejectionReason.REMOVED);
    }

    @Test
    void aCopyWithAnotherTextRenewsTheImageAndIsNotScoredAgain() {
        RawImage first = IngestDriver.raw(PINK);
        first.setAltText("pink");
        RawImage second = RawImage.newBuilder(first)
                .setUri("other")
                .setAltText("a colour")
                .build();

        ingest.send(first);
        score();
        ingest.send(second);
        score();

        assertThat(redness.scored).isEqualTo(1);
        assertThat(ingest.images().readValuesToList())
                .extracting(Image::getTextRevision)
                .containsExactly(0, 1);
    }

    @Test
    void noOriginalTravelsAlongWhereNoneIsKept() {
        ingest.close();
        QuarantineSettings none = new QuarantineSettings(true, List.of(RejectionReason.TOO_SMALL));
        IngestSettings defaults = new IngestSettings();
        RefusalSettings refusals = new RefusalSettings(
                none, defaults.refusals().nearDuplicates(), defaults.refusals().optOuts());
        IngestSettings settings = new IngestSettings(
                defaults.bounds(),
                defaults.decoding(),
                defaults.preparation(),
                1,
                refusals,
                defaults.fetch(),
                defaults.streams());
        ingest = new IngestDriver(state, settings, OptOutLists.none(), true);
        scorers.close();
        start(none);
        ingest.send(RED);

        Candidate candidate = ingest.unscored().readValue();
        assertThat(candidate.getKept()).isEmpty();
    }

    private static RawImage of(String source, byte[] file) {
        return RawImage.newBuilder(IngestDriver.raw(file)).setSource(source).build();
    }
}
