package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.CaptionCheck.Checked;
import dev.latentstream.captioning.CaptionCheck.Checked.Sound;
import dev.latentstream.captioning.CaptionCheck.Checked.Unsound;
import dev.latentstream.captioning.Captioned.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionCheckTest {
    private static final String INSTRUCTION =
            "Describe this image for a blind reader in one sentence that names 3 to 6 things you can see.";

    private final CaptionCheck check = new CaptionCheck(300);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a red ball",
                "A very, very, very old tree.",
                "a red ball, a blue ball, a green ball, a yellow ball, a pink ball",
                "2 x M8 bolts",
                "Café Müller in Köln – 日本の茶室",
                "a sign that says \"SORRY WE ARE CLOSED\"",
                "Ein Hund läuft durch den Schnee",
                "I see a dog"
            })
    void leavesCaptionsAsTheyAre(String text) {
        assertThat(synthetic(text)).isEqualTo(new Sound(text));
    }

    @Test
    void normalizesCaptions() {
        assertThat(synthetic("  \"A red\tball\r\n on \u00a0 grass.\u0000\" "))
                .isEqualTo(new Sound("A red ball on grass."));
        assertThat(synthetic("Caption: **a red ball**")).isEqualTo(new Sound("a red ball"));
        assertThat(synthetic("a\u200b red\u202e ball")).isEqualTo(new Sound("a red ball"));
        assertThat(synthetic("\"STOP\" beside \"GO\"")).isEqualTo(new Sound("\"STOP\" beside \"GO\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n ", "...", "\"\"", "Caption:", "🎈"})
    void refusesEmptyCaptions(String text) {
        assertThat(fault(synthetic(text))).isEqualTo(CaptionRejection.EMPTY);
    }

    @Test
    void refusesEndlessCaptionsWithLengthAndCap() {
        String text = "dog cat ".repeat(40).strip();
        assertThat(check.found(text))
                .isEqualTo(new Unsound(new Refused(CaptionRejection.TOO_LONG, "319 characters", "300 characters")));
        assertThat(fault(synthetic("word ".repeat(2 << 20)))).isEqualTo(CaptionRejection.TOO_LONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a dog dog dog dog",
                "a red ball and a red ball and a red ball and",
                "the cat sat on the mat and the cat sat on the mat and the cat sat on the mat and the dog",
                "a baaaaaaaaaaaaaaaaaaaaaaall",
                "wow !!!!!!!!!!!!!!!!!!!!!"
            })
    void refusesLoops(String text) {
        assertThat(fault(synthetic(text))).isEqualTo(CaptionRejection.REPEATING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0001\u0002\u0003 ball", "��� ball", "{\"a\":[1,2,3],\"b\":0}", "12 34 56 78 ab", "\ud800x"})
    void refusesWhatIsNoText(String text) {
        assertThat(fault(synthetic(text))).isEqualTo(CaptionRejection.NOT_TEXT);
    }

    @Test
    void refusesARepeatedPrompt() {
        assertThat(fault(synthetic(INSTRUCTION))).isEqualTo(CaptionRejection.PROMPT_ECHO);
        assertThat(fault(synthetic(
                        "Sure, I describe this image for a blind reader in one sentence that names 3 to 6 things.")))
                .isEqualTo(CaptionRejection.PROMPT_ECHO);
    }

    @Test
    void removesThePrefixThatTheCaptionStartsWith() {
        assertThat(check.synthetic(caption("short caption: a red ball", "short caption:")))
                .isEqualTo(new Sound("a red ball"));
    }

    @Test
    void acceptsAnySubjectInAltText() {
        assertThat(check.found("Sorry, we are closed")).isEqualTo(new Sound("Sorry, we are closed"));
        assertThat(check.found("IMG_2041.jpg")).isEqualTo(new Sound("IMG_2041.jpg"));
    }

    private Checked synthetic(String text) {
        return check.synthetic(caption(text, INSTRUCTION));
    }

    private static ScoredCaption caption(String text, String prompt) {
        return new ScoredCaption(text, "short", null, "test", prompt);
    }

    private static CaptionRejection fault(Checked checked) {
        assertThat(checked).isInstanceOf(Unsound.class);
        return ((Unsound) checked).refused().reason();
    }
}
