package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CaptionRelationsTest {
    @Test
    void relationsAgreeWithTheGeometry() {
        Pattern direct =
                Pattern.compile("%s (?:is )?(%s) %s".formatted(phrase(), SceneCaptionsTest.RELATION, phrase()));
        Pattern inverted = Pattern.compile("(%s) %s is %s".formatted(SceneCaptionsTest.RELATION, phrase(), phrase()));
        int[] checked = new int[1];
        SceneCaptionsTest.eachScene((scene, seed) -> {
            List<String> sentences = Pattern.compile("\\. ?")
                    .splitAsStream(SceneCaptions.denseCaption(scene, seed))
                    .toList();
            for (String sentence : sentences) {
                Matcher first = inverted.matcher(sentence);
                Matcher second = direct.matcher(sentence.replace("there is ", ""));
                if (first.matches()) {
                    assertRelation(scene, first.group(3), first.group(1), first.group(2), sentence);
                    checked[0]++;
                } else if (second.matches()) {
                    assertRelation(scene, second.group(1), second.group(2), second.group(3), sentence);
                    checked[0]++;
                }
            }
        });

        // One sentence for each object after the first.
        assertThat(checked[0])
                .isEqualTo(ScenesTest.many(SceneCaptionsTest.MANY)
                        .mapToInt(scene -> scene.objects().size() - 1)
                        .sum());
    }

    private static void assertRelation(Scene scene, String subject, String relation, String reference, String text) {
        SceneObject a = SceneCaptionsTest.object(scene, SceneCaptionsTest.kind(subject));
        SceneObject b = SceneCaptionsTest.object(scene, SceneCaptionsTest.kind(reference));
        boolean overlap = Math.abs(a.x() - b.x()) < (width(a) + width(b)) / 2
                && Math.abs(a.y() - b.y()) < (height(a) + height(b)) / 2;
        int order = scene.objects().indexOf(a) - scene.objects().indexOf(b);
        boolean holds =
                switch (relation) {
                    case "to the left of", "on the left of" -> a.x() < b.x();
                    case "to the right of", "on the right of" -> a.x() > b.x();
                    case "above" -> a.y() < b.y();
                    case "below", "under" -> a.y() > b.y();
                    case "in front of" -> overlap && order > 0;
                    case "behind" -> overlap && order < 0;
                    default -> false;
                };
        assertThat(holds).as("%s in %s", text, scene).isTrue();
    }

    private static double width(SceneObject object) {
        return object.extent() * object.kind().widthPercent() / 100;
    }

    private static double height(SceneObject object) {
        return object.extent() * object.kind().heightPercent() / 100;
    }

    /** Returns a pattern for a noun phrase that captures the kind. */
    private static String phrase() {
        return "(?:the|an?)(?: [a-z]+)*? (%s)(?: with [a-z]+)?".formatted(SceneCaptionsTest.KIND);
    }
}
