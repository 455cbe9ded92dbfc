package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AltTextsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\r\n", "\ufeff", "\u00a0\u3000", "\u200b\u200e", "\u0000", "\ufeff \ufeff"})
    void aBlankTextOrAByteOrderMarkIsNone(String blank) {
        assertThat(AltTexts.clean(blank)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '\ufeffa cat'           | a cat
            ' a cat \u00a0'         | a cat
            'a cat\u0000'           | a cat
            """)
    void whatSurroundsATextIsRemoved(String text, String clean) {
        assertThat(AltTexts.clean(text)).contains(clean);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'a\u0007cat'            | a cat
            'a \u001b[31mcat'       | a  [31mcat
            'a\ud83dcat \ud83d\ude00' | acat \ud83d\ude00
            'a cat \ude00'          | a cat
            """)
    void whatNoTextHasIsRemoved(String text, String clean) {
        assertThat(AltTexts.clean(text)).contains(clean);
    }

    @Test
    void aZeroWithinATextIsABlank() {
        assertThat(AltTexts.clean("a\0cat")).contains("a cat"); // which CSV cannot carry
    }

    @Test
    void lineEndsOfWindowsBecomeLineFeeds() {
        assertThat(AltTexts.clean("a cat\r\non a mat\rasleep\r\n")).contains("a cat\non a mat\nasleep");
    }

    @Test
    void aProducerOfSingleTextsHasOneText() {
        RawImage raw = raw("a.jpg", " a cat ");

        assertThat(AltTexts.of(raw).texts()).containsExactly(text("a cat", "a.jpg"));
    }

    @Test
    void aTextThatIsAlsoListedCountsOnce() {
        RawImage raw = raw("a.jpg", "a cat");
        raw.setAltTexts(List.of(text("a cat", "a.jpg"), text("a pet", "b.jpg")));

        assertThat(AltTexts.of(raw).texts()).containsExactly(text("a cat", "a.jpg"), text("a pet", "b.jpg"));
    }

    @Test
    void textsOfOtherCopiesAreAddedInOrderOfArrival() {
        List<AltText> known = List.of(text("a cat", "a.jpg"));

        AltTexts merged = AltTexts.merged(known, "photos", "b.jpg", List.of(text("a pet", "b.jpg")));

        assertThat(merged.texts()).containsExactly(text("a cat", "a.jpg"), text("a pet", "b.jpg"));
        assertThat(merged.first()).contains("a cat");
    }

    @Test
    void aCorrectedTextTakesThePlaceOfTheOneBefore() {
        List<AltText> known = List.of(text("a dog", "a.jpg"), text("a pet", "b.jpg"));

        AltTexts merged = AltTexts.merged(known, "photos", "a.jpg", List.of(text("a cat", "a.jpg")));

        assertThat(merged.texts()).containsExactly(text("a cat", "a.jpg"), text("a pet", "b.jpg"));
    }

    @Test
    void aRemovedTextIsRemovedWhereItCameFrom() {
        List<AltText> known = List.of(text("a dog", "a.jpg"), text("a pet", "b.jpg"));

        assertThat(AltTexts.merged(known, "photos", "a.jpg", List.of()).texts())
                .containsExactly(text("a pet", "b.jpg"));
    }

    @Test
    void theSameUriInAnotherSourceIsAnotherOrigin() {
        AltText other = new AltText("a pet", "web", "a.jpg");

        assertThat(AltTexts.merged(List.of(text("a cat", "a.jpg")), "web", "a.jpg", List.of(other))
                        .texts())
                .containsExactly(text("a cat", "a.jpg"), other);
    }

    @Test
    void theFirstSixteenTextsAreKeptAndTheOthersCounted() {
        List<AltText> known = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            known = AltTexts.merged(known, "photos", i + ".jpg", List.of(text("text " + i, i + ".jpg")))
                    .texts();
        }

        assertThat(known).hasSize(16).last().isEqualTo(text("text 15", "15.jpg"));
        assertThat(AltTexts.merged(known, "photos", "x.jpg", List.of(text("x", "x.jpg")))
                        .dropped())
                .containsExactly(AltTextFault.TOO_MANY);
    }

    @Test
    void aTextAboveItsBoundIsDroppedAlone() {
        RawImage raw = raw("a.jpg", "x".repeat(32_769));
        raw.setAltTexts(List.of(text("y".repeat(32_768), "a.jpg")));

        AltTexts texts = AltTexts.of(raw);

        assertThat(texts.texts()).containsExactly(text("y".repeat(32_768), "a.jpg"));
        assertThat(texts.dropped()).containsExactly(AltTextFault.TOO_LONG);
    }

    private static AltText text(String text, String uri) {
        return new AltText(text, "photos", uri);
    }

    private static RawImage raw(String uri, String altText) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.allocate(0))
                .setSource("photos")
                .setUri(uri)
                .setAltText(altText)
                .build();
    }
}
