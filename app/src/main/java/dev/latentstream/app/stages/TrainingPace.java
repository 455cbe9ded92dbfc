package dev.latentstream.app.stages;

import dev.latentstream.schemas.TrainingMetrics;
import java.util.List;

/**
 * What reports of a training run say together, each for the time that it took.
 *
 * @param imagesPerSecond trained on
 * @param stall share of the time that was spent waiting for data, 0 to 1
 */
public record TrainingPace(double imagesPerSecond, double stall) {
    /**
     * Of reports that follow each other.
     *
     * @param reports one at least, by step
     * @param before the step at which the time of the first one began
     */
    public static TrainingPace of(List<TrainingMetrics> reports, long before) {
        double time = 0; // seconds for each image of a batch, whose size cancels out
        double stalled = 0;
        long step = before;
        for (TrainingMetrics report : reports) {
            double took = (report.getStep() - step) / report.getImagesPerSecond();
            time += took;
            stalled += took * report.getStall();
            step = report.getStep();
        }
        return new TrainingPace((step - before) / time, stalled / time);
    }
}
