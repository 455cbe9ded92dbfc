package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.Latent;
import dev.latentstream.trainer.feed.CaptionChoice;
import dev.latentstream.trainer.feed.ChosenSample;
import dev.latentstream.trainer.feed.LatentSample;
import dev.latentstream.trainer.feed.RecordPosition;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RealisedMixtureTest {
    private static final LatentSample SAMPLE = new LatentSample(
            new RecordPosition("latents-a", 0, 1),
            "image",
            latent(
                    Fixtures.alt("IMG_1"),
                    Fixtures.synthetic("a dog and a cat on a mat", "dense", "dog", "cat", "mat")));

    private final RealisedMixture realised = new RealisedMixture();

    @Test
    void countsSourcesChoicesAndNouns() {
        realised.add(
                1,
                List.of(
                        new ChosenSample("a", SAMPLE, 1, 1),
                        new ChosenSample("a", SAMPLE, 0, 1),
                        new ChosenSample("a", SAMPLE, CaptionChoice.NONE, 1),
                        new ChosenSample("b", SAMPLE, 1, 1)));

        assertThat(realised.samples()).isEqualTo(4);
        assertThat(realised.sourceShares()).isEqualTo(Map.of("a", 0.75, "b", 0.25));
        assertThat(realised.choiceShares()).isEqualTo(Map.of("alt", 0.25, "dense", 0.5, "none", 0.25));
        assertThat(realised.nounsPerCaption()).isEqualTo(2); // 3, 0 and 3; the dropped one does not count
    }

    @Test
    void theShareInTheObjectiveIsThatOfTheWeightsOfLosses() {
        realised.add(
                1,
                List.of(
                        new ChosenSample("a", SAMPLE, 1, 0.5),
                        new ChosenSample("a", SAMPLE, 0, 0.5),
                        new ChosenSample("b", SAMPLE, 1, 3)));

        assertThat(realised.objectiveShares()).isEqualTo(Map.of("a", 0.25, "b", 0.75));
    }

    @Test
    void isResetByEachVersionOfThePolicy() {
        realised.add(1, List.of(new ChosenSample("a", SAMPLE, 1, 1)));
        realised.add(2, List.of(new ChosenSample("b", Fixtures.sample(new TopicPartition("latents-b", 0), 1), 0, 1)));

        assertThat(realised.samples()).isEqualTo(1);
        assertThat(realised.sourceShares()).isEqualTo(Map.of("b", 1.0));
    }

    private static Latent latent(Caption... captions) {
        Latent latent = Fixtures.latent(0);
        latent.getCaptions().setCaptions(List.of(captions));
        return latent;
    }
}
