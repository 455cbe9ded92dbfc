package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CaptionScoreTest {
    private static final CaptionedSamples.Words WORDS =
            new CaptionedSamples.Words(Set.of("car", "fish", "tree"), Set.of("red", "blue"));

    @Test
    void nounsCountOnceAndNeedTheirOwnColours() {
        CaptionScore score = CaptionScore.NONE.with(
                "a red car, a red fish. the car is near the fish.", "a red car and a blue fish above a tree", WORDS);

        assertThat(score).isEqualTo(new CaptionScore(1, 3, 2, 2, 1));
        assertThat(score.precision()).isEqualTo(1);
        assertThat(score.recall()).isEqualTo(2 / 3.0);
        assertThat(score.pairPrecision()).isEqualTo(0.5);
        assertThat(score.pairRecall()).isEqualTo(1 / 3.0);
    }

    @Test
    void aNounThatIsNotThereLowersPrecision() {
        CaptionScore score = CaptionScore.NONE.with("a blue tree and a red car", "a red car", WORDS);

        assertThat(score.precision()).isEqualTo(0.5);
        assertThat(score.recall()).isEqualTo(1);
    }

    @Test
    void anEmptyCaptionHasNoPrecision() {
        assertThat(CaptionScore.NONE.with("", "a red car", WORDS).precision()).isZero();
        assertThat(CaptionScore.NONE.nounsPerCaption()).isZero();
    }
}
