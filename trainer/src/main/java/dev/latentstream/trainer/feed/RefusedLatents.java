package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the latents that a reader refuses, logs some of them, and ends a reader that refuses too many in a row. Not thread-safe. */
final class RefusedLatents {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedLatents.class);

    private final String stage;
    private final Topics topics;
    private final Meters meters;
    private final Reminder reminder;
    private final int mostInARow;
    private int inARow;

    /**
     * @param stage label of the meters
     * @param mostInARow refusals without a valid latent between them that end the reader
     * @param nanoTime the clock, in nanoseconds
     */
    RefusedLatents(String stage, Topics topics, Meters meters, int mostInARow, LongSupplier nanoTime) {
        this.stage = stage;
        this.topics = topics;
        this.meters = meters;
        this.mostInARow = mostInARow;
        this.reminder = new Reminder(nanoTime);
    }

    /** Adds a latent that is valid. */
    void accepted() {
        inARow = 0;
    }

    /** @throws ClusterException if it is one too many in a row */
    void add(Refused refused) {
        RecordPosition position = refused.position();
        meters.count(Meter.STAGE_RECORDS, stage, topics.sourceOfLatents(position.topic()), "refused");
        long refusals = reminder.add(1);
        if (refusals > 0) {
            LOG.atWarn()
                    .addKeyValue("topic", position.topic())
                    .addKeyValue("partition", position.partition())
                    .addKeyValue("offset", position.offset())
                    .addKeyValue("refusals", refusals)
                    .log("latent refused: {}", refused.reason());
        }
        if (refused.foreign()) { // however many there are, a run with other settings could not use them either
            return;
        }
        inARow++;
        if (inARow >= mostInARow) {
            throw new ClusterException("%d latents in a row were refused; the last one, %s-%d at offset %d: %s"
                    .formatted(inARow, position.topic(), position.partition(), position.offset(), refused.reason()));
        }
    }
}
