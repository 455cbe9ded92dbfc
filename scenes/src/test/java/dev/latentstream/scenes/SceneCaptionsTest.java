package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SceneCaptionsTest {
    static final int MANY = 400;

    private static final String COLOUR = any(Colour.values(), Colour::word);
    static final String KIND = any(Kind.values(), Kind::noun);
    private static final String COLOURED = "an? " + COLOUR + " " + KIND;
    private static final String DETAILED =
            "an? (?:(?:small|little|large|big) )?(?:(?:striped|dotted|checked) )?%s %s(?: with (?:stripes|dots|squares))?"
                    .formatted(COLOUR, KIND);
    static final String RELATION =
            "(?:to the left of|on the left of|to the right of|on the right of|above|below|under|in front of|behind)";
    private static final String REFERENCE = "(?:the " + KIND + "|" + DETAILED + ")";
    private static final String PLACE = "(?:in the middle|on the left side|on the right side|at the top|at the bottom)";
    private static final String BACKGROUND = any(Background.values(), Background::phrase);

    private static final Map<String, Kind> KINDS =
            Arrays.stream(Kind.values()).collect(Collectors.toMap(Kind::noun, Function.identity()));

    @Test
    void shortCaptionsNameTheLargestObjects() {
        Pattern grammar = Pattern.compile("(?:a picture of )?%1$s|%1$s (?:and|with) %1$s".formatted(COLOURED));
        eachScene((scene, seed) -> {
            String caption = SceneCaptions.shortCaption(scene, seed);

            assertThat(caption).matches(grammar);
            double extent = scene.objects().stream()
                    .mapToDouble(SceneObject::extent)
                    .max()
                    .orElseThrow();
            assertThat(named(caption))
                    .hasSizeLessThanOrEqualTo(2)
                    .anySatisfy(kind -> assertThat(object(scene, kind).extent()).isEqualTo(extent));
            assertColours(scene, caption, named(caption));
        });
    }

    @Test
    void mediumCaptionsNameExactlyTheObjects() {
        Pattern grammar = Pattern.compile(
                "(?:a picture of |a drawing of |there is )?%1$s(?:(?:, %1$s)* and %1$s)?".formatted(COLOURED));
        eachScene((scene, seed) -> {
            String caption = SceneCaptions.mediumCaption(scene, seed);

            assertThat(caption).matches(grammar);
            assertThat(named(caption)).isEqualTo(kinds(scene));
            assertColours(scene, caption, kinds(scene));
        });
    }

    @Test
    void denseCaptionsNameExactlyTheObjectsAndTheBackground() {
        String clause = "%1$s is %2$s %3$s|%2$s %3$s is %1$s|there is %1$s %2$s %3$s|%1$s is %4$s|there is %1$s %4$s"
                .formatted(DETAILED, RELATION, REFERENCE, PLACE);
        String start = "(?:the picture shows|we see|this is) " + BACKGROUND;
        String end = "(?:the background is|behind them is|behind it is|the background shows) " + BACKGROUND;
        Pattern grammar = Pattern.compile(
                "(?:%1$s\\. (?:(?:%2$s)\\. ?)+|(?:(?:%2$s)\\. )+%3$s\\.)".formatted(start, clause, end));
        eachScene((scene, seed) -> {
            String caption = SceneCaptions.denseCaption(scene, seed);

            assertThat(caption).matches(grammar).contains(scene.background().phrase());
            assertThat(named(caption)).isEqualTo(kinds(scene));
            assertColours(scene, caption, kinds(scene));
        });
    }

    @Test
    void denseCaptionsNamePatternsAndSizes() {
        eachScene((scene, seed) -> {
            String caption = SceneCaptions.denseCaption(scene, seed);

            for (SceneObject object : scene.objects()) {
                String size =
                        switch (object.size()) {
                            case SMALL -> "(small|little) ";
                            case MEDIUM -> "";
                            case LARGE -> "(large|big) ";
                        };
                String noun = object.colour().word() + " " + object.kind().noun();
                String phrase =
                        switch (object.pattern()) {
                            case PLAIN -> noun + "(?! with)";
                            case STRIPED -> "(striped " + noun + "|" + noun + " with stripes)";
                            case DOTTED -> "(dotted " + noun + "|" + noun + " with dots)";
                            case CHECKED -> "(checked " + noun + "|" + noun + " with squares)";
                        };
                assertThat(caption).containsPattern("\\ban? " + size + phrase + "\\b");
            }
        });
    }

    @Test
    void articlesFitTheNextWord() {
        eachScene((scene, seed) -> {
            String all = SceneCaptions.shortCaption(scene, seed) + " " + SceneCaptions.mediumCaption(scene, seed) + " "
                    + SceneCaptions.denseCaption(scene, seed);

            assertThat(all).doesNotContainPattern("\\ba [aeiou]").doesNotContainPattern("\\ban [^aeiou]");
        });
    }

    @Test
    void theVocabularyIsSmall() {
        Set<String> words = new TreeSet<>();
        eachScene((scene, seed) -> {
            words.addAll(words(SceneCaptions.shortCaption(scene, seed)));
            words.addAll(words(SceneCaptions.mediumCaption(scene, seed)));
            words.addAll(words(SceneCaptions.denseCaption(scene, seed)));
        });

        assertThat(words).hasSizeLessThanOrEqualTo(130).allSatisfy(word -> assertThat(word)
                .matches("[a-z]+"));
    }

    @Test
    void denseCaptionsHaveTwiceTheNounsOfShortOnes() {
        Set<String> nouns = new TreeSet<>(KINDS.keySet());
        nouns.addAll(List.of("picture", "background", "middle", "side", "top", "bottom", "stripes", "dots", "squares"));
        nouns.addAll(List.of("meadow", "beach", "sky", "desert", "snow", "sea", "room", "street", "paper"));
        nouns.addAll(List.of("mountain", "forest", "night", "city", "evening"));
        long[] counts = new long[2];
        eachScene((scene, seed) -> {
            counts[0] += words(SceneCaptions.shortCaption(scene, seed)).stream()
                    .filter(nouns::contains)
                    .count();
            counts[1] += words(SceneCaptions.denseCaption(scene, seed)).stream()
                    .filter(nouns::contains)
                    .count();
        });

        assertThat(counts[1]).isGreaterThan(3 * counts[0]);
    }

    @Test
    void theSeedVariesThePhrasing() {
        Scene scene = Scenes.scene(1, 1);
        Set<String> captions = new TreeSet<>();
        for (long seed = 0; seed < 40; seed++) {
            captions.add(SceneCaptions.denseCaption(scene, seed));
        }

        assertThat(captions).hasSizeGreaterThan(20);
    }

    interface Check {
        void check(Scene scene, long seed);
    }

    static void eachScene(Check check) {
        long[] seed = {0};
        ScenesTest.many(MANY).forEach(scene -> check.check(scene, seed[0]++));
    }

    private static void assertColours(Scene scene, String caption, Set<Kind> kinds) {
        for (Kind kind : kinds) {
            assertThat(caption)
                    .containsPattern("\\b" + object(scene, kind).colour().word() + " " + kind.noun() + "\\b");
        }
    }

    static SceneObject object(Scene scene, Kind kind) {
        return scene.objects().stream()
                .filter(object -> object.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    static Kind kind(String noun) {
        return Objects.requireNonNull(KINDS.get(noun), noun);
    }

    private static Set<Kind> kinds(Scene scene) {
        return scene.objects().stream()
                .map(SceneObject::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    }

    private static Set<Kind> named(String caption) {
        return words(caption).stream()
                .filter(KINDS::containsKey)
                .map(SceneCaptionsTest::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    }

    private static List<String> words(String caption) {
        return Pattern.compile("[ .,]+").splitAsStream(caption).toList();
    }

    private static <E> String any(E[] constants, Function<E, String> word) {
        return Arrays.stream(constants).map(word).collect(Collectors.joining("|", "(?:", ")"));
    }
}
