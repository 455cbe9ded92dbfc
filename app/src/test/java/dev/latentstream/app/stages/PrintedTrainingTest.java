package dev.latentstream.app.stages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.TrainingMetrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintedTrainingTest {
    @Test
    void sharesOfSourcesArePercentages() {
        StringWriter out = new StringWriter();
        TrainingMetrics metrics = TrainingMetrics.newBuilder()
                .setStep(7)
                .setLoss(0.5f)
                .setLearningRate(1e-3)
                .setImagesPerSecond(12.34)
                .setStall(0.021)
                .setNounsPerCaption(2)
                .setMixture(Map.of("south", 0.1 + 0.2, "north", 0.7))
                .setCaptionChoices(Map.of())
                .setSamples(28)
                .setMixturePolicy(1)
                .build();

        new PrintedTraining(new PrintWriter(out, true)).progress(metrics);

        assertThat(out.toString())
                .isEqualToNormalizingNewlines(
                        "step 7  loss 0.5000  12.3 images/s  waiting for data 2.1 %  2.00 nouns per caption  mixture north 70 %, south 30 %\n");
    }
}
