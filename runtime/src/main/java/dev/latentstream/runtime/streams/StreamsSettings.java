package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of a {@link StreamsStage}.
 *
 * @param stateDir folder of the state stores, with a subfolder for each instance on this host
 * @param threads threads that share the partitions
 * @param commitEvery interval between commits, which bounds how late a record is visible downstream
 * @param failuresInARow consecutive failures at which the stage assumes a broken environment and stops
 * @param closeWithin longest time that a close waits
 */
public record StreamsSettings(
        Path stateDir, int threads, Duration commitEvery, int failuresInARow, Duration closeWithin) {
    /** The defaults. */
    public StreamsSettings() {
        this(Path.of("data", "state"), 1, Duration.ofMillis(200), 50, Duration.ofSeconds(30));
    }

    /** Returns the same settings with another state folder. */
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
