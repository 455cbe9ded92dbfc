package dev.latentstream.trainer.feed.settings;

import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.Flattened;
import java.time.Duration;

/**
 * The settings of the latent feed.
 *
 * @param whenDry behaviour while a source has nothing new
 * @param startAt where a new run starts reading the topics it finds; a topic that appears later is read from its beginning
 * @param buffers sizes of each source's buffers
 * @param discoverEvery interval between two searches for new topics and partitions
 * @param commitEvery interval at which the group's offsets follow the trained steps
 * @param refusalsInARow consecutive refused latents after which the run stops
 * @param patience longest time without progress in reading the ledger of a run that is resumed
 * @param sequence what a run trains on, if not on live latents
 */
public record FeedSettings(
        WhenDry whenDry,
        StartAt startAt,
        @Flattened BufferSettings buffers,
        Duration discoverEvery,
        Duration commitEvery,
        int refusalsInARow,
        Duration patience,
        @Flattened SequenceSettings sequence) {
    /** The behaviour while a source has nothing new. */
    public enum WhenDry {
        /** The run waits, also for each partition. Samples then depend on the seed, the log and the policies alone. */
        WAIT,
        /** The other sources take its place until it has new latents. */
        REDISTRIBUTE,
        /** Its buffered latents are drawn repeatedly; below the minimum, the other sources take its place. */
        REPEAT
    }

    /** The offsets at which a new run starts reading the topics it finds. */
    public enum StartAt {
        EARLIEST,
        LATEST
    }

    /** The defaults. */
    public FeedSettings() {
        this(
                WhenDry.REPEAT,
                StartAt.EARLIEST,
                new BufferSettings(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                1000,
                Duration.ofSeconds(60));
    }

    /** The settings of a run on live latents. */
    public FeedSettings(
            WhenDry whenDry,
            StartAt startAt,
            BufferSettings buffers,
            Duration discoverEvery,
            Duration commitEvery,
            int refusalsInARow,
            Duration patience) {
        this(whenDry, startAt, buffers, discoverEvery, commitEvery, refusalsInARow, patience, new SequenceSettings());
    }

    public FeedSettings {
        Checks.positive("discover-every", discoverEvery);
        Checks.positive("commit-every", commitEvery);
        Checks.atLeast("refusals-in-a-row", refusalsInARow, 1);
        Checks.positive("patience", patience);
    }

    /** Returns a copy with other buffers. */
    public FeedSettings withBuffers(BufferSettings other) {
        return new FeedSettings(
                whenDry, startAt, other, discoverEvery, commitEvery, refusalsInARow, patience, sequence);
    }

    /** Returns a copy with the rules of a recorded run. */
    public FeedSettings withRules(FeedRules rules) {
        return new FeedSettings(
                rules.whenDry(),
                startAt,
                new BufferSettings(rules.shuffle(), rules.minimum(), buffers.readAhead(), buffers.prefetch()),
                discoverEvery,
                commitEvery,
                refusalsInARow,
                patience,
                sequence);
    }

    /** Returns a copy of a run that trains on something else. */
    public FeedSettings withSequence(SequenceSettings other) {
        return new FeedSettings(whenDry, startAt, buffers, discoverEvery, commitEvery, refusalsInARow, patience, other);
    }
}
