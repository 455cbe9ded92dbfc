package dev.latentstream.scenes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.scenes.SceneLimits.Placement;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScenesTest {
    /** Returns enough scenes to include every kind, colour and background. */
    static Stream<Scene> many(int count) {
        return LongStream.range(0, count).mapToObj(index -> Scenes.scene(11, index));
    }

    @Test
    void contentsAndTextsOfASeedNeverChange() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long index = 0; index < 500; index++) {
            Scene scene = Scenes.scene(42, index);
            digest.update(SceneContents.toJson(scene).getBytes(UTF_8));
            digest.update(SceneCaptions.shortCaption(scene, index).getBytes(UTF_8));
            digest.update(SceneCaptions.mediumCaption(scene, index).getBytes(UTF_8));
            digest.update(SceneCaptions.denseCaption(scene, index).getBytes(UTF_8));
            digest.update(SceneAltText.altText(scene, index).getBytes(UTF_8));
        }

        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("268bb4c4c6d02127680a8ccd47ee42adf3d208e6bd5b4cd4b7bccb88efe6dc89");
    }

    @Test
    void everyIndexAndEverySeedGivesAnotherScene() {
        Set<String> contents = new TreeSet<>();
        for (long seed = -2; seed < 3; seed++) {
            for (long index = 0; index < 200; index++) {
                contents.add(SceneContents.toJson(Scenes.scene(seed, index)));
            }
        }

        assertThat(contents).hasSize(1000);
    }

    @Test
    void everyConstantAppears() {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        Set<Colour> colours = EnumSet.noneOf(Colour.class);
        Set<Pattern> patterns = EnumSet.noneOf(Pattern.class);
        Set<SizeName> sizes = EnumSet.noneOf(SizeName.class);
        Set<Background> backgrounds = EnumSet.noneOf(Background.class);
        Set<Integer> counts = new TreeSet<>();
        many(1000).forEach(scene -> {
            backgrounds.add(scene.background());
            counts.add(scene.objects().size());
            for (SceneObject object : scene.objects()) {
                kinds.add(object.kind());
                colours.add(object.colour());
                patterns.add(object.pattern());
                sizes.add(object.size());
            }
        });

        assertThat(kinds).containsExactly(Kind.values());
        assertThat(colours).containsExactly(Colour.values());
        assertThat(patterns).containsExactly(Pattern.values());
        assertThat(sizes).containsExactly(SizeName.values());
        assertThat(backgrounds).containsExactly(Background.values());
        assertThat(counts).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void noObjectHidesAnother() {
        many(2000).forEach(scene -> {
            List<SceneObject> objects = scene.objects();
            for (int i = 0; i < objects.size(); i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(objects.get(i).box().overlap(objects.get(j).box()))
                            .as("%s", scene)
                            .isLessThanOrEqualTo(Foreground.HIDDEN);
                }
            }
        });
    }

    @Test
    void someObjectsAreInFrontOfOthers() {
        long scenes = many(1000)
                .filter(scene -> {
                    for (int i = 1; i < scene.objects().size(); i++) {
                        for (int j = 0; j < i; j++) {
                            if (Relation.between(scene, i, j) == Relation.IN_FRONT_OF) {
                                return true;
                            }
                        }
                    }
                    return false;
                })
                .count();

        assertThat(scenes).isBetween(150L, 350L);
    }

    @Test
    void limitsHold() {
        SceneLimits limits = new SceneLimits(
                2,
                3,
                Set.of(Kind.CAT, Kind.BALL, Kind.TREE),
                Set.of(Pattern.PLAIN, Pattern.DOTTED),
                Set.of(Background.SEA),
                Placement.FREE);

        for (long index = 0; index < 300; index++) {
            Scene scene = Scenes.scene(1, index, limits);

            assertThat(scene.background()).isEqualTo(Background.SEA);
            assertThat(scene.objects()).hasSizeBetween(2, 3).allSatisfy(object -> {
                assertThat(limits.kinds()).contains(object.kind());
                assertThat(limits.patterns()).contains(object.pattern());
            });
        }
    }

    @Test
    void aCentredObjectIsLargePlainAndNearTheCentre() {
        SceneLimits limits = SceneLimits.all().withObjects(1, 1).plainAndCentred();

        for (long index = 0; index < 300; index++) {
            SceneObject object = Scenes.scene(1, index, limits).objects().get(0);

            assertThat(object.pattern()).isEqualTo(Pattern.PLAIN);
            assertThat(object.extent()).isBetween(0.82, 0.92);
            assertThat(object.x()).isBetween(0.47, 0.53);
            assertThat(object.y()).isBetween(0.47, 0.53);
        }
    }
}
