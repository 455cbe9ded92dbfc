package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyFilterTest {
    private static final FilterPolicy LENIENT =
            FilterPolicy.newBuilder().setMinSide(1).setMaxAspectRatio(100).build();

    @Test
    void judgesTheOriginalsShorterSide() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT).setMinSide(300).build();

        assertThat(PolicyFilter.refuse(policy, image(300, 900, Map.of()))).isEmpty();
        assertThat(PolicyFilter.refuse(policy, image(299, 900, Map.of())))
                .contains(new Refusal(RejectionReason.TOO_SMALL, "299", "300", "shorter side 299 is below 300"));
    }

    @Test
    void judgesTheAspectRatioOfBothDirections() {
        FilterPolicy policy =
                FilterPolicy.newBuilder(LENIENT).setMaxAspectRatio(2.5).build();

        assertThat(PolicyFilter.refuse(policy, image(100, 250, Map.of()))).isEmpty();
        assertThat(PolicyFilter.refuse(policy, image(300, 100, Map.of()))
                        .orElseThrow()
                        .reason())
                .isEqualTo(RejectionReason.ASPECT_RATIO);
        assertThat(PolicyFilter.refuse(policy, image(100, 300, Map.of()))
                        .orElseThrow()
                        .value())
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

        assertThat(PolicyFilter.refuse(policy, image(9, 9, Map.of("sharpness", 10f))))
                .isEmpty();
    }

    @Test
    void leavesScoresThatItDoesNotMeasureToOtherStages() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setMinScores(Map.of("aesthetic", 5.0))
                .build();

        assertThat(PolicyFilter.refuse(policy, image(9, 9, Map.of("sharpness", 10f))))
                .isEmpty();
    }

    @Test
    void judgesAttributesByARule() {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setRequire("license in (cc0, cc-by) and frames <= 1")
                .build();
        Image image = image(9, 9, Map.of());

        image.setAttributes(Map.of("license", "https://creativecommons.org/publicdomain/zero/1.0/", "frames", "1"));
        assertThat(PolicyFilter.refuse(policy, image)).isEmpty();
        image.setAttributes(Map.of("frames", "1"));
        assertThat(PolicyFilter.refuse(policy, image))
                .contains(new Refusal(
                        RejectionReason.ATTRIBUTES,
                        "no license",
                        "license in (cc0, cc-by)",
                        "license in (cc0, cc-by) is unknown: no license"));
    }

    private static RejectionReason reason(String score, float value, @Nullable Double least, @Nullable Double most) {
        FilterPolicy policy = FilterPolicy.newBuilder(LENIENT)
                .setMinScores(least == null ? Map.of() : Map.of(score, least))
                .setMaxScores(most == null ? Map.of() : Map.of(score, most))
                .build();
        return PolicyFilter.refuse(policy, image(9, 9, Map.of(score, value)))
                .orElseThrow()
                .reason();
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
