package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaptionScoreTest {
    @Test
    void comparesNounsWithWhatIsThere() {
        NounSet caption = new NounSet(List.of("ball", "House", "dragon"), 1);
        CaptionScore score = CaptionScore.ofNouns(caption, Set.of("ball", "house", "tree", "sun"));
        assertThat(score).isEqualTo(new CaptionScore(2, 3, 4));
        assertThat(score.precision()).isEqualTo(2.0 / 3);
        assertThat(score.recall()).isEqualTo(0.5);
    }

    @Test
    void passesOverWordsThatOnlyFrameThePictureUnlessTheyAreThere() {
        NounSet caption = new NounSet(List.of("ball", "left", "background"), 0);
        assertThat(CaptionScore.ofNouns(caption, Set.of("ball"))).isEqualTo(new CaptionScore(1, 1, 1));
        assertThat(CaptionScore.ofNouns(caption, Set.of("ball", "background"))).isEqualTo(new CaptionScore(2, 2, 2));
    }

    @Test
    void comparesColoursInEitherSpelling() {
        assertThat(CaptionScore.ofColours("A Red ball and a gray, red-roofed house", Set.of("red", "grey", "blue")))
                .isEqualTo(new CaptionScore(2, 2, 3));
    }

    @Test
    void addsUp() {
        assertThat(CaptionScore.NONE.plus(new CaptionScore(1, 2, 3)).plus(new CaptionScore(1, 1, 1)))
                .isEqualTo(new CaptionScore(2, 3, 4));
        assertThat(CaptionScore.NONE.precision()).isEqualTo(1);
    }
}
