package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** The latents that the log still has. */
interface StoredLatents {
    /** Returns Kafka's id of a topic; empty if it does not exist. */
    Optional<String> id(String topic);

    /** Returns the first offset that retention has left in a partition, as of the first question. */
    long beginning(TopicPartition partition);

    /** Returns what is at some places; those that have no record, or no longer one, are absent. */
    Map<Place, StoredLatent> read(Collection<Place> places);

    /** Returns the place of a sample. */
    static Place place(LedgerStep step, LedgerSample sample) {
        return new Place(
                new TopicPartition(step.getTopics().get(sample.getTopic()), sample.getPartition()), sample.getOffset());
    }
}
