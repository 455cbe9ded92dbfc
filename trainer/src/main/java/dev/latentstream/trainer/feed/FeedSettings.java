package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * How latents reach a trainer.
 *
 * @param whenDry what happens when a source has nothing new
 * @param startAt where a new run begins to read the topics that it finds; what appears later is read from its beginning
 * @param shuffle latents of each source that a sample is drawn from
 * @param minimum latents of a source before it is drawn from; {@code wait} always waits for all of {@code shuffle}
 * @param readAhead latents of a partition that are read ahead of the shuffling
 * @param discoverEvery how often new sources are looked for
 * @param commitEvery how often the group's offsets follow the trained steps
 * @param refusalsInARow refused latents in a row before the run stops
 * @param patience how long reading again what sat in the buffers may stand still when a run is resumed
 */
public record FeedSettings(
        WhenDry whenDry,
        StartAt startAt,
        int shuffle,
        int minimum,
        int readAhead,
        Duration discoverEvery,
        Duration commitEvery,
        int refusalsInARow,
        Duration patience) {
    /** What happens when a source has nothing new. */
    public enum WhenDry {
        /** The run waits. The sequence of samples is then a function of the seed and the log alone. */
        WAIT,
        /** The other sources take its place until it has something again. */
        REDISTRIBUTE,
        /** It is drawn from again and again, as it was drawn before; while it has less than the minimum, the others stand in. */
        REPEAT
    }

    /** Where a new run begins to read the topics that it finds. */
    public enum StartAt {
        EARLIEST,
        LATEST
    }

    /** The defaults. */
    public FeedSettings() {
        this(
                WhenDry.REPEAT,
                StartAt.EARLIEST,
                2048,
                64,
                256,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                1000,
                Duration.ofSeconds(60));
    }

    public FeedSettings {
        Checks.between("shuffle", shuffle, 1, 1_000_000);
        Checks.between("minimum", minimum, 1, shuffle);
        Checks.between("read-ahead", readAhead, 1, 100_000);
        Checks.positive("discover-every", discoverEvery);
        Checks.positive("commit-every", commitEvery);
        Checks.atLeast("refusals-in-a-row", refusalsInARow, 1);
        Checks.positive("patience", patience);
    }
}
