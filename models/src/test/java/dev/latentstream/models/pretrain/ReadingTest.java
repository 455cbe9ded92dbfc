package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.caption.Blip;
import dev.latentstream.models.caption.BlipDecoder;
import dev.latentstream.models.caption.BlipFiles.Described;
import dev.latentstream.models.caption.BlipVision;
import dev.latentstream.models.image.PixelScale;
import dev.latentstream.models.pretrain.CaptionedSamples.Told;
import dev.latentstream.models.tokenizer.Vocabulary;
import dev.latentstream.models.tokenizer.WordPiece;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private static final List<String> VOCABULARY = Vocabulary.of(List.of("tell red fish car"));

    @Test
    void thePromptIsReadAndOnlyTheCaptionAndItsEndAreTold() {
        long start = VOCABULARY.indexOf(WordPiece.DECODE);
        long end = VOCABULARY.indexOf(WordPiece.END);
        long tell = VOCABULARY.indexOf("tell");
        long red = VOCABULARY.indexOf("red");
        long fish = VOCABULARY.indexOf("fish");
        long car = VOCABULARY.indexOf("car");

        List<Reading> readings;
        try (WordPiece words = WordPiece.of(VOCABULARY)) {
            readings = Reading.group(
                    List.of(List.of(new Told("tell", "red fish")), List.of(new Told("tell", "car"))),
                    words,
                    described(start, end),
                    16);
        }

        assertThat(readings).hasSize(1);
        Reading reading = readings.get(0); // the shorter text first
        assertThat(reading.pictures()).containsExactly(1, 0);
        assertThat(reading.read()).containsExactly(start, tell, car, 0, start, tell, red, fish);
        assertThat(reading.next()).containsExactly(-100, car, end, -100, -100, red, fish, end);
        assertThat(reading.told()).isEqualTo(5);
    }

    private static Described described(long start, long end) {
        return new Described(
                new Blip.Config(
                        new BlipVision.Config(8, 4, 12, 20, 1, 3, 1e-5),
                        new BlipDecoder.Config(VOCABULARY.size(), 10, 8, 12, 2, 2, 1e-12, true)),
                start,
                end,
                new PixelScale(Collections.nCopies(3, 0.5), Collections.nCopies(3, 0.5)));
    }
}
