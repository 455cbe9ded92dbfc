package dev.latentstream.app.demo;

import java.time.Duration;
import java.util.List;

/**
 * How far a demo is.
 *
 * @param elapsed since its begin
 * @param stages what came out of each stage
 * @param step training steps taken
 * @param steps training steps to take
 * @param stepsPerSecond of late
 * @param loss of late
 * @param imagesPerSecond that the trainer takes, of late
 * @param stall share of the time that the trainer waits for data, 0 to 1, of late
 */
record Progress(
        Duration elapsed,
        List<Stage> stages,
        long step,
        long steps,
        double stepsPerSecond,
        double loss,
        double imagesPerSecond,
        double stall) {
    public Progress {
        stages = List.copyOf(stages);
    }

    /**
     * How far one stage is.
     *
     * @param unit what it makes, for example {@code captions}
     * @param perSecond of late
     * @param note anything else worth a word; may be empty
     */
    public record Stage(String name, long done, String unit, double perSecond, String note) {}
}
