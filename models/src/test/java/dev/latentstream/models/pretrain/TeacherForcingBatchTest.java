package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.caption.Blip;
import dev.latentstream.models.caption.BlipDecoder;
import dev.latentstream.models.caption.BlipFiles.LoadedConfig;
import dev.latentstream.models.caption.BlipVision;
import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.pretrain.CaptionedSamples.PromptedCaption;
import dev.latentstream.models.tokenizer.WordPiece;
import dev.latentstream.models.tokenizer.WordPieceVocabulary;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherForcingBatchTest {
    private static final List<String> VOCABULARY = WordPieceVocabulary.build(List.of("tell red fish car"));

    @Test
    void onlyTheCaptionAndItsEndAreLabels() {
        long start = VOCABULARY.indexOf(WordPiece.DECODE);
        long end = VOCABULARY.indexOf(WordPiece.END);
        long tell = VOCABULARY.indexOf("tell");
        long red = VOCABULARY.indexOf("red");
        long fish = VOCABULARY.indexOf("fish");
        long car = VOCABULARY.indexOf("car");

        List<TeacherForcingBatch> batches;
        try (WordPiece words = WordPiece.of(VOCABULARY)) {
            batches = TeacherForcingBatch.group(
                    List.of(
                            List.of(new PromptedCaption("tell", "red fish")),
                            List.of(new PromptedCaption("tell", "car"))),
                    words,
                    described(start, end),
                    16);
        }

        assertThat(batches).hasSize(1);
        TeacherForcingBatch batch = batches.get(0); // the shorter text first
        assertThat(batch.images()).containsExactly(1, 0);
        assertThat(batch.inputIds()).containsExactly(start, tell, car, 0, start, tell, red, fish);
        assertThat(batch.labels()).containsExactly(-100, car, end, -100, -100, red, fish, end);
        assertThat(batch.labelCount()).isEqualTo(5);
    }

    private static LoadedConfig described(long start, long end) {
        return new LoadedConfig(
                new Blip.Config(
                        new BlipVision.Config(8, 4, 12, 20, 1, 3, 1e-5),
                        new BlipDecoder.Config(VOCABULARY.size(), 10, 8, 12, 2, 2, 1e-12, true)),
                start,
                end,
                new Normalization(Collections.nCopies(3, 0.5), Collections.nCopies(3, 0.5)));
    }
}
