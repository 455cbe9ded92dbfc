package dev.latentstream.app.testing;

import dev.latentstream.schemas.TrainingMetrics;
import java.util.Map;

/** Records of {@code training-metrics}. */
public final class TrainingReports {
    private TrainingReports() {}

    public static TrainingMetrics of(long step, double imagesPerSecond, double stall) {
        return TrainingMetrics.newBuilder()
                .setStep(step)
                .setLoss(1)
                .setLearningRate(0.1)
                .setImagesPerSecond(imagesPerSecond)
                .setStall(stall)
                .setMixture(Map.of())
                .setCaptionChoices(Map.of())
                .setNounsPerCaption(0)
                .setSamples(0)
                .setMixturePolicy(0)
                .build();
    }
}
