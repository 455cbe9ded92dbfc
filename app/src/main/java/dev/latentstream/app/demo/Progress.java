package dev.latentstream.app.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The progress of a demo at one moment.
 *
 * @param elapsed since its start
 * @param stages the output of each stage
 * @param step training steps taken
 * @param steps training steps to take
 * @param activity what the trainer does before its first step or after its last one; else empty
 * @param report the trainer's latest report, if there is one
 */
record Progress(Duration elapsed, List<Stage> stages, long step, long steps, String activity, Optional<Report> report) {
    public Progress {
        stages = List.copyOf(stages);
    }

    /**
     * The progress of one stage.
     *
     * @param unit what it produces, for example {@code captions}
     * @param perSecond over the last ten seconds
     * @param note anything else worth showing; may be empty
     */
    public record Stage(String name, long done, String unit, double perSecond, String note) {}

    /**
     * A report of the trainer on its last few steps.
     *
     * @param step the last of them, counted like {@link Progress#step}
     * @param age time since the report
     * @param loss mean over these steps
     * @param stall share of the time spent waiting for data, 0 to 1
     */
    public record Report(
            long step, Duration age, double stepsPerSecond, double loss, double imagesPerSecond, double stall) {}
}
