package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a {@link StreamsStage} runs.
 *
 * @param stateDir where tables are kept between runs, in a folder for each instance on this host
 * @param threads threads that share the partitions
 * @param commitEvery how often a transaction ends, and so how late a record is seen downstream
 * @param failuresInARow records in a row that may fail before the stage takes the world to be broken
 * @param closeWithin how long a close waits
 */
public record StreamsSettings(
        Path stateDir, int threads, Duration commitEvery, int failuresInARow, Duration closeWithin) {
    /** The defaults. */
    public StreamsSettings() {
        this(Path.of("data", "state"), 1, Duration.ofMillis(200), 50, Duration.ofSeconds(30));
    }

    /** The same with its state elsewhere. */
    public StreamsSettings withStateDir(Path other) {
        return new StreamsSettings(other, threads, commitEvery, failuresInARow, closeWithin);
    }

    public StreamsSettings {
        Checks.between("threads", threads, 1, 64);
        Checks.positive("commit-every", commitEvery);
        Checks.atLeast("failures-in-a-row", failuresInARow, 1);
        Checks.positive("close-within", closeWithin);
    }
}
