package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the latents that a reader refuses, and logs some of them. */
final class RefusedLatents {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedLatents.class);

    private final String stage;
    private final Topics topics;
    private final Meters meters;
    private final Reminder reminder;

    /**
     * @param stage label of the meters
     * @param nanoTime the clock, in nanoseconds
     */
    RefusedLatents(String stage, Topics topics, Meters meters, LongSupplier nanoTime) {
        this.stage = stage;
        this.topics = topics;
        this.meters = meters;
        this.reminder = new Reminder(nanoTime);
    }

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
    }
}
