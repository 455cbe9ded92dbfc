package dev.latentstream.app.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConditioningScenesTest {
    private final ConditioningScenes scenes = new ConditioningScenes(1);

    @Test
    void aSceneHasACaptionOfEachDensityAndOneThatAddsItsBackground() {
        assertThat(scenes.captions(1)).hasSize(4);
        for (int number = 0; number < 30; number++) {
            List<String> captions = scenes.captions(number);
            assertThat(captions.get(3)).matches(java.util.regex.Pattern.quote(captions.get(0)) + " (on|in|before) .+");
            assertThat(captions.get(2)).contains(captions.get(3).replaceAll(".* (on|in|before) ", ""));
        }
    }

    @Test
    void aThirdOfTheScenesIsCrowded() {
        long crowded = IntStream.range(0, 30)
                .filter(number -> scenes.captions(number).get(1).contains(" and "))
                .count();

        assertThat(crowded).isEqualTo(10);
    }

    @Test
    void aSceneIsFixedBySeedAndNumber() {
        assertThat(new ConditioningScenes(1).image(5).rgb())
                .isEqualTo(scenes.image(5).rgb());
        assertThat(new ConditioningScenes(1).captions(5)).isEqualTo(scenes.captions(5));
        assertThat(new ConditioningScenes(2).image(5).rgb())
                .isNotEqualTo(scenes.image(5).rgb());
    }
}
