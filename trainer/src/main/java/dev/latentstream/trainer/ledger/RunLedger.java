package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.runtime.kafka.LogReading;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.schemas.LedgerStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a whole run that count, up to the end of the ledger when it was opened: those that a later life of the run wrote again are
 * left out. Its memory does not depend on the number of steps. Not thread-safe.
 */
public final class RunLedger {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final String run;
    private final Consumer<String, LedgerStep> consumer;
    private final Duration patience;
    private final TreeMap<Long, Long> lives = new TreeMap<>(); // first offset by first step of what counts
    private final Deque<LedgerStep> read = new ArrayDeque<>();
    private @Nullable TopicPartition partition;
    private long first;
    private long last;
    private long end = Long.MAX_VALUE; // step after which it ends, whatever is recorded
    private long lastOffset = -1;
    private long next; // step

    private RunLedger(String topic, String run, Consumer<String, LedgerStep> consumer, Duration patience) {
        this.topic = topic;
        this.run = run;
        this.consumer = consumer;
        this.patience = patience;
    }

    /**
     * Reads the ledger once to its end, to find the steps that count.
     *
     * @param consumer belongs to the caller; records without a value are passed over
     * @param patience longest time without progress
     * @throws IllegalArgumentException if the ledger has no step of the run
     * @throws LostRecordsException if steps between others are missing
     */
    public static RunLedger open(
            String topic, String run, Consumer<String, LedgerStep> consumer, LogEnds ends, Duration patience) {
        RunLedger ledger = new RunLedger(topic, run, consumer, patience);
        ledger.find(ends);
        ledger.rewind(ledger.first);
        return ledger;
    }

    public String run() {
        return run;
    }

    /** Returns the first step that the ledger still has; 1 unless retention deleted steps. */
    public long firstStep() {
        return first;
    }

    /** Returns the last step. */
    public long lastStep() {
        return Math.min(last, end);
    }

    /** Ends it after a step: what is recorded of later ones was not trained. */
    public void endAt(long step) {
        end = step;
    }

    /** Continues with a step, which may lie before those already read, or be the one after the last. */
    public void rewind(long step) {
        if (step < first || step > last + 1) {
            throw new LostRecordsException("the ledger has the steps %d to %d of the run %s; step %d is needed"
                    .formatted(first, last, run, step));
        }
        next = step;
        read.clear();
        Map.Entry<Long, Long> life = lives.floorEntry(step);
        TopicPartition at = partition;
        if (life != null && at != null) {
            consumer.assign(List.of(at));
            consumer.seek(at, life.getValue());
        }
    }

    /** Returns the next step; empty after the last one. */
    public Optional<LedgerStep> next() {
        Duration idle = Duration.ZERO;
        while (read.isEmpty() && next <= lastStep()) {
            ConsumerRecords<String, LedgerStep> records = consumer.poll(POLL);
            idle = progress(idle, records.isEmpty());
            for (ConsumerRecord<String, LedgerStep> record : records) {
                if (isNext(record)) {
                    read.add(record.value());
                    next++;
                }
            }
        }
        return Optional.ofNullable(read.poll());
    }

    /** Returns whether a record is the next step, and no later life of the run wrote that again. */
    private boolean isNext(ConsumerRecord<String, LedgerStep> record) {
        if (!isOfRun(record) || record.offset() > lastOffset) {
            return false;
        }
        long step = record.value().getStep();
        Map.Entry<Long, Long> life = lives.floorEntry(step);
        return step == next && step <= lastStep() && life != null && record.offset() >= life.getValue();
    }

    /** Returns false for records of other programs, which have no value. */
    private boolean isOfRun(ConsumerRecord<String, LedgerStep> record) {
        return run.equals(record.key()) && record.value() != null;
    }

    private void find(LogEnds ends) {
        List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map((PartitionInfo info) -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        TopicEnd end = TopicEnd.ofLog(consumer, all, ends, patience);
        TreeSet<String> others = new TreeSet<>();
        LogReading.toEnd(consumer, end, patience, record -> {
            if (isOfRun(record) && !end.isBefore(record)) {
                add(record);
            } else if (record.key() != null && record.value() != null) {
                others.add(record.key());
            }
        });
        if (partition == null) {
            throw new IllegalArgumentException(
                    "%s has no step of the run %s; its runs are %s".formatted(topic, run, Names.listed(others)));
        }
    }

    private void add(ConsumerRecord<String, LedgerStep> record) {
        long step = record.value().getStep();
        if (partition == null) {
            partition = new TopicPartition(record.topic(), record.partition());
            first = step;
            lives.put(step, record.offset());
        } else if (step <= last) {
            lives.tailMap(step, true).clear();
            lives.put(step, record.offset());
            first = Math.min(first, step);
        } else if (step > last + 1) {
            throw new LostRecordsException(
                    "the ledger of the run %s misses the steps %d to %d".formatted(run, last + 1, step - 1));
        }
        last = step;
        lastOffset = record.offset();
    }

    private Duration progress(Duration idle, boolean isEmpty) {
        Duration now = isEmpty ? idle.plus(POLL) : Duration.ZERO;
        if (now.compareTo(patience) >= 0) {
            throw new LostRecordsException("%s was not read to its end within %s".formatted(topic, patience));
        }
        return now;
    }
}
