package dev.latentstream.app.stages;

import dev.latentstream.schemas.TrainingMetrics;
import java.util.List;

/**
 * The rates of a training run over several reports, each weighted by the time that it covers.
 *
 * @param imagesPerSecond training throughput
 * @param stall share of the time spent waiting for data, 0 to 1
 */
public record TrainingPace(double imagesPerSecond, double stall) {
    /**
     * Combines consecutive reports.
     *
     * @param reports at least one, by step
     * @param before the step after which the time of the first report starts
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
