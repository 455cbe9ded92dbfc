package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class SceneAltTextTest {
    private static final int MANY = 2000;

    @Test
    void someTextsAreEmpty() {
        assertThat(percent((scene, text) -> text.isEmpty())).isBetween(9.0, 15.0);
    }

    @Test
    void someTextsAreFileNames() {
        assertThat(percent((scene, text) -> text.matches("\\S+\\.(jpg|JPG|png)")))
                .isBetween(9.0, 18.0);
    }

    @Test
    void aboutHalfOfTheTextsNameAnObjectInTheImage() {
        assertThat(percent(SceneAltTextTest::namesAnObject)).isBetween(40.0, 60.0);
    }

    @Test
    void someTextsNameWhatIsNotThere() {
        assertThat(percent((scene, text) -> !namesAnObject(scene, text) && namesAKind(text)))
                .isBetween(5.0, 12.0);
    }

    @Test
    void someTextsHoldProperNouns() {
        List<String> names = List.of("Emma", "Jonas", "Aiko", "Fatima", "Luca", "Marta", "Lisbon", "Berlin", "Oslo");

        assertThat(percent((scene, text) -> names.stream().anyMatch(text::contains)))
                .isBetween(10.0, 25.0);
    }

    private static boolean namesAnObject(Scene scene, String text) {
        return scene.objects().stream().anyMatch(object -> names(text, object.kind()));
    }

    private static boolean namesAKind(String text) {
        return List.of(Kind.values()).stream().anyMatch(kind -> names(text, kind));
    }

    private static boolean names(String text, Kind kind) {
        return List.of(text.split("[^a-z]+", -1)).contains(kind.noun());
    }

    private static double percent(BiPredicate<Scene, String> test) {
        int count = 0;
        for (long index = 0; index < MANY; index++) {
            Scene scene = Scenes.scene(9, index);
            count += test.test(scene, SceneAltText.altText(scene, index)) ? 1 : 0;
        }
        return 100.0 * count / MANY;
    }
}
