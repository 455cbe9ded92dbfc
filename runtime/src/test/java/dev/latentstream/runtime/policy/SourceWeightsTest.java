package dev.latentstream.runtime.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceWeightsTest {
    private static final Map<String, Double> WEIGHTS =
            Map.of("web-photos", 1.0, "web-*", 2.0, "web-*-jp", 3.0, "*-jp", 4.0, "*-nsfw-*", 5.0);

    @ParameterizedTest
    @CsvSource({
        "web-photos, 1", // its name
        "web-art, 2",
        "web-art-jp, 3", // more characters than web-* or *-jp
        "museum-jp, 4",
        "web-nsfw-1, 5", // more characters than web-*
        "web-, 2" // * stands for nothing as well
    })
    void aNamePrecedesPatternsAndTheMostSpecificPatternApplies(String source, double weight) {
        assertThat(SourceWeights.of(WEIGHTS, source)).contains(weight);
    }

    @ParameterizedTest
    @CsvSource({"photos", "web", "my-web-photos", "jp"})
    void aSourceThatNothingCoversHasNoWeight(String source) {
        assertThat(SourceWeights.of(WEIGHTS, source)).isEmpty();
    }

    @Test
    void ofTwoPatternsWithAsManyCharactersTheFirstInOrderApplies() {
        assertThat(SourceWeights.of(Map.of("a*", 1.0, "*b", 2.0), "ab")).contains(2.0); // * precedes letters
    }

    /** The JDK's globs are a second implementation; names have no separators, so that they mean the same. */
    @Test
    void patternsMatchAsTheGlobsOfTheJdk() {
        RandomGenerator random = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            String pattern = draw(random, "ab-**", 6);
            String source = draw(random, "ab-", 8);
            boolean expected =
                    FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(Path.of(source));

            assertThat(SourceWeights.matches(pattern, source))
                    .as("%s against %s", pattern, source)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aKeyWithoutAStarIsNoPattern() {
        assertThat(List.of("web-photos", "web-?")).noneMatch(SourceWeights::isPattern);
    }

    private static String draw(RandomGenerator random, String of, int most) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(most);
        for (int i = 0; i < length; i++) {
            text.append(of.charAt(random.nextInt(of.length())));
        }
        return text.toString();
    }
}
