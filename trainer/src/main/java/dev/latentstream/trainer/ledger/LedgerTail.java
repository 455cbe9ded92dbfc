package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.runtime.kafka.LogReading;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.schemas.LedgerStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads the steps that a run's ledger has after its checkpoint: all of them, whatever transactions other runs have open. */
public final class LedgerTail {
    private final String topic;
    private final String run;
    private final Consumer<String, LedgerStep> consumer;
    private final LogEnds ends;
    private final Duration patience;

    /**
     * Reads with a consumer that belongs to the caller; records without a value are passed over.
     *
     * @param patience longest time without progress
     */
    public LedgerTail(
            String topic, String run, Consumer<String, LedgerStep> consumer, LogEnds ends, Duration patience) {
        this.topic = topic;
        this.run = run;
        this.consumer = consumer;
        this.ends = ends;
        this.patience = patience;
    }

    /**
     * Returns the steps after a position, which follow one another.
     *
     * @param step steps before it
     * @param skipLost whether a ledger that is gone counts as one that ends
     * @param id Kafka's id of the topic at present
     * @throws LostRecordsException if the ledger no longer has the records after the position
     */
    public List<RecordedStep> read(long step, LedgerPosition position, String id, boolean skipLost) {
        if (!id.equals(position.topicId())) {
            if (skipLost) {
                return List.of();
            }
            throw new LostRecordsException(
                    "%s was recreated: it has the id %s, the run %s wrote to %s. train --skip-lost continues without the steps that it had"
                            .formatted(topic, id, run, position.topicId()));
        }
        if (position.partition() < 0) {
            return List.of(); // nothing was written yet
        }
        TopicPartition partition = new TopicPartition(topic, position.partition());
        consumer.assign(List.of(partition));
        long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        TopicEnd end = TopicEnd.ofLog(consumer, List.of(partition), ends, patience);
        long last = end.of(partition);
        if (position.next() < first || position.next() > last) {
            if (skipLost) {
                return List.of();
            }
            throw new LostRecordsException(
                    "%s has the offsets %d to %d; the run %s has its steps after %d from offset %d on. train --skip-lost continues without them"
                            .formatted(partition, first, last - 1, run, step, position.next()));
        }
        consumer.seek(partition, position.next());
        return read(step, position, end);
    }

    private List<RecordedStep> read(long step, LedgerPosition position, TopicEnd end) {
        List<RecordedStep> steps = new ArrayList<>();
        LogReading.toEnd(consumer, end, patience, record -> {
            if (run.equals(record.key()) && record.value() != null) {
                add(steps, step, new RecordedStep(record.value(), position.after(record.offset())));
            }
        });
        return steps;
    }

    /** Adds a step, instead of those that it supersedes. */
    private void add(List<RecordedStep> steps, long before, RecordedStep added) {
        long number = added.step().getStep();
        if (number <= before) {
            throw new LostRecordsException(
                    "the run %s went back to step %d after the checkpoint of step %d was written, which no longer counts: name an earlier one (train --from STEP)"
                            .formatted(run, number - 1, before));
        }
        while (!steps.isEmpty() && steps.get(steps.size() - 1).step().getStep() >= number) {
            steps.remove(steps.size() - 1);
        }
        long last =
                steps.isEmpty() ? before : steps.get(steps.size() - 1).step().getStep();
        if (number != last + 1) {
            throw new LostRecordsException(
                    "the ledger of the run %s misses the steps %d to %d".formatted(run, last + 1, number - 1));
        }
        steps.add(added);
    }
}
