package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latentstream.scenes.SceneLimits.Placement;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneTest {
    private static SceneObject plain(Kind kind, double x, double y, double extent) {
        return new SceneObject(kind, Colour.RED, Pattern.PLAIN, SizeName.of(extent), x, y, extent);
    }

    @Test
    void anObjectMustBeInsideTheImage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain(Kind.CAR, 0.2, 0.5, 0.5))
                .withMessage("a car of extent 0.5 at (0.2, 0.5) is partly outside the image");
    }

    @Test
    void theSizeNameAgreesWithTheExtent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SceneObject(Kind.CAR, Colour.RED, Pattern.PLAIN, SizeName.SMALL, 0.5, 0.5, 0.5))
                .withMessage("extent 0.5 is not small");
    }

    @Test
    void noObjectIsTooSmallToSee() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SizeName.of(0.1))
                .withMessage("extent 0.1 is not in [0.22, 0.92]");
    }

    @Test
    void aKindWithoutABodyTakesNoPattern() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new SceneObject(Kind.BICYCLE, Colour.RED, Pattern.DOTTED, SizeName.LARGE, 0.5, 0.5, 0.5))
                .withMessage("a bicycle cannot be dotted");
    }

    @Test
    void aSceneHasOneToSixObjects() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scene(Background.SEA, List.of(), 0))
                .withMessage("0 objects are not 1 to 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scene(Background.SEA, Collections.nCopies(7, plain(Kind.CAT, 0.5, 0.5, 0.3)), 0))
                .withMessage("7 objects are not 1 to 6");
    }

    @Test
    void aSceneHasAKindOnlyOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scene(
                        Background.SEA, List.of(plain(Kind.CAT, 0.2, 0.5, 0.3), plain(Kind.CAT, 0.8, 0.5, 0.3)), 0))
                .withMessage("two objects of kind CAT");
    }

    @Test
    void limitsNeedEnoughKinds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SceneLimits(
                        1, 3, Set.of(Kind.CAT), Set.of(Pattern.PLAIN), EnumSet.allOf(Background.class), Placement.FREE))
                .withMessage("1 kinds are too few for 3 different objects");
    }

    @Test
    void theContentsAsJsonAreExact() {
        Scene scene = new Scene(
                Background.BEACH,
                List.of(
                        plain(Kind.CAT, 0.25, 0.5, 0.4),
                        new SceneObject(Kind.CAR, Colour.BLUE, Pattern.STRIPED, SizeName.MEDIUM, 0.701, 0.333, 0.4)),
                7);

        String json = SceneContents.toJson(scene);

        assertThat(json)
                .isEqualTo("{\"background\":\"beach\",\"variation\":7,\"objects\":["
                        + "{\"kind\":\"cat\",\"colour\":\"red\",\"pattern\":\"plain\",\"size\":\"medium\","
                        + "\"x\":0.25,\"y\":0.5,\"extent\":0.4},"
                        + "{\"kind\":\"car\",\"colour\":\"blue\",\"pattern\":\"striped\",\"size\":\"medium\","
                        + "\"x\":0.701,\"y\":0.333,\"extent\":0.4}]}");
        assertThat(SceneContents.fromJson(json)).isEqualTo(scene);
    }

    @Test
    void theContentsOfManyScenesAreParsedBack() {
        ScenesTest.many(300).forEach(scene -> assertThat(SceneContents.fromJson(SceneContents.toJson(scene)))
                .isEqualTo(scene));
    }

    @Test
    void otherTextIsNotParsedAsContents() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SceneContents.fromJson("a red fish"))
                .withMessage("\"a red fish\" is not JSON");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SceneContents.fromJson("{\"background\":\"beach\",\"variation\":7}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SceneContents.fromJson("{\"background\":\"moon\",\"variation\":7,\"objects\":[]}"));
    }
}
