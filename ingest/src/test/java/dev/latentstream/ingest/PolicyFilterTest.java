package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextAction;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.Boilerplate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyFilterTest {
    private static final FilterPolicy LENIENT =
            FilterPolicy.newBuilder().setMinSide(1).setMaxAspectRatio(100).build();

    @Test
    void judgesTheOriginalsShorterSide() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT).setMinSide(300).build();

        assertThat(refuse(policy, image(300, 900, Map.of()))).isEmpty();
        assertThat(refuse(policy, image(299, 900, Map.of())))
                .contains(new Refusal(RejectionReason.TOO_SMALL, "299", "300", "shorter side 299 is below 300"));
    }

    @Test
    void judgesTheAspectRatioOfBothDirections() {
        FilterPolicy policy =
                FilterPolicy.newBuilder(LENIENT).setMaxAspectRatio(2.5).build();

        assertThat(refuse(policy, image(100, 250, Map.of()))).isEmpty();
        assertThat(refuse(policy, image(300, 100, Map.of())).orElseThrow().reason())
                .isEqualTo(RejectionReason.ASPECT_RATIO);
        assertThat(refuse(policy, image(100, 300, Map.of())).orElseThrow().value())
                .isEqualTo("3.0");
    }

    @Test
    void judgesEachScoreFromBothSides() {
        assertThat(reason("sharpness", 9f, 10.0, null)).isEqualTo(RejectionReason.TOO_BLURRED);
        assertThat(reason("contrast", 9f, 10.0, null)).isEqualTo(RejectionReason.TOO_LITTLE_CONTRAST);
        assertThat(reason("flatness", 0.9f, null, 0.8)).isEqualTo(RejectionReason.TOO_FLAT);
        assertThat(reason("sharpness", 9f, null, 8.0)).isEqualTo(RejectionReason.SCORE);
        assertThat(reason("flatness", 0.1f, 0.2, null)).isEqualTo(RejectionReason.SCORE);
    }

    @Test
    void admitsScoresAtTheirBounds() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setMinScores(Map.of("sharpness", 10.0))
                .setMaxScores(Map.of("sharpness", 10.0))
                .build();

        assertThat(refuse(policy, image(9, 9, Map.of("sharpness", 10f)))).isEmpty();
    }

    @Test
    void leavesScoresThatItDoesNotMeasureToOtherStages() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setMinScores(Map.of("aesthetic", 5.0))
                .build();

        assertThat(refuse(policy, image(9, 9, Map.of("sharpness", 10f)))).isEmpty();
    }

    @Test
    void judgesAttributesByARule() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setRequire("license in (cc0, cc-by) and frames <= 1")
                .build();
        Image image = image(9, 9, Map.of());

        image.setAttributes(Map.of("license", "https://creativecommons.org/publicdomain/zero/1.0/", "frames", "1"));
        assertThat(refuse(policy, image)).isEmpty();
        image.setAttributes(Map.of("frames", "1"));
        assertThat(refuse(policy, image))
                .contains(new Refusal(
                        RejectionReason.ATTRIBUTES,
                        "no license",
                        "license in (cc0, cc-by)",
                        "license in (cc0, cc-by) is unknown: no license"));
    }

    @Test
    void refusesAnImageWithoutAnAdmittedTextOnlyIfItsPolicySaysSo() {
        AltTextPolicy rules = AltTextPolicy.newBuilder()
                .setBoilerplate(List.of(Boilerplate.FILE_NAMES))
                .setAction(AltTextAction.REFUSE)
                .build();
        FilterPolicy refuses =
                FilterPolicy.newBuilder(LENIENT).setAltText(rules).build();
        FilterPolicy drops = FilterPolicy.newBuilder(LENIENT)
                .setAltText(AltTextPolicy.newBuilder(rules)
                        .setAction(AltTextAction.DROP)
                        .build())
                .build();
        Image image = image(9, 9, Map.of());
        AltText name = new AltText("IMG_1234", "photos", "");
        AltText fox = new AltText("a fox", "photos", "");

        assertThat(refuse(refuses, image)).as("it never had a text").isEmpty();
        image.setAltTexts(List.of(name, fox));
        assertThat(new PolicyFilter(OptOutLists.none())
                        .check(refuses, "", image)
                        .texts())
                .containsExactly(fox);
        assertThat(refuse(refuses, image)).isEmpty();
        image.setAltTexts(List.of(name));
        assertThat(refuse(refuses, image))
                .contains(new Refusal(
                        RejectionReason.ALT_TEXT,
                        "file-names",
                        "no file-names",
                        "no text is left; file-names: IMG_1234"));
        assertThat(refuse(drops, image)).isEmpty();
        assertThat(new PolicyFilter(OptOutLists.none()).check(drops, "", image).texts())
                .isEmpty();
    }

    private static Optional<Refusal> refuse(FilterPolicy policy, Image image) {
        return new PolicyFilter(OptOutLists.none()).check(policy, "", image).refusal();
    }

    private static RejectionReason reason(String score, float value, @Nullable Double least, @Nullable Double most) {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setMinScores(least == null ? Map.of() : Map.of(score, least))
                .setMaxScores(most == null ? Map.of() : Map.of(score, most))
                .build();
        return refuse(policy, image(9, 9, Map.of(score, value))).orElseThrow().reason();
    }

    private static Image image(int width, int height, Map<String, Float> scores) {
        return Image.newBuilder()
                .setImage(ByteBuffer.allocate(0))
                .setWidth(1)
                .setHeight(1)
                .setOriginalWidth(width)
                .setOriginalHeight(height)
                .setSource("photos")
                .setUri("")
                .setFingerprint(0)
                .setScores(scores)
                .build();
    }
}
