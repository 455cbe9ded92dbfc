package dev.latentstream.app.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConditioningScenesTest {
    private final ConditioningScenes scenes = new ConditioningScenes(1);

    @Test
    void sevenOfTenScenesShowOneObjectInTheCentreWithAndWithoutItsBackground() {
        for (int number = 0; number < 40; number++) {
            if (number % 10 >= 3) {
                List<String> captions = scenes.captions(number);
                assertThat(captions).hasSize(2);
                assertThat(captions.get(0)).matches("(a picture of )?an? \\w+ \\w+");
                assertThat(captions.get(1)).startsWith(captions.get(0)).endsWith(scenes.background(number));
            }
        }
    }

    @Test
    void oneOfTenScenesShowsAnObjectAnywhereWithADenseCaptionAlone() {
        for (int number = 2; number < 40; number += 10) {
            List<String> captions = scenes.captions(number);
            assertThat(captions).hasSize(1).allSatisfy(caption -> assertThat(caption)
                    .endsWith("."));
            assertThat(captions.get(0)).contains(scenes.background(number));
        }
    }

    @Test
    void twoOfTenScenesAreCrowdedAndCaptionsNameAllObjects() {
        List<Integer> crowded = IntStream.range(0, 40)
                .filter(number -> scenes.captions(number).get(0).contains(" and "))
                .boxed()
                .toList();

        assertThat(crowded).containsExactly(0, 1, 10, 11, 20, 21, 30, 31);
        assertThat(crowded)
                .filteredOn(number -> scenes.captions(number).size() == 3)
                .containsExactly(0, 1, 30, 31);
    }

    @Test
    void thePromptsOfAnEvaluationAreThoseOfCentredObjects() {
        assertThat(ConditioningScenes.centred(0, 9)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 13L, 14L);
        assertThat(ConditioningScenes.centred(7, 2)).containsExactly(13L, 14L);
        assertThat(scenes.prompt(13)).startsWith(scenes.captions(13).get(0)).endsWith(scenes.background(13));
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
