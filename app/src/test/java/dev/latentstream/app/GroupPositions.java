package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets of the groups of runs, as lag tools see them: looked up all the time, and compared with the ledger once that is complete.
 */
final class GroupPositions implements AutoCloseable {
    private static final long EVERY_MILLIS = 100;

    private final KafkaConnection connection;
    private final CommittedLog log;
    private final Admin admin;
    private final Map<String, List<Map<TopicPartition, OffsetAndMetadata>>> samples = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();

    GroupPositions(KafkaConnection connection, CommittedLog log) {
        this.connection = connection;
        this.log = log;
        admin = connection.admin();
        ScheduledFuture<?> unused =
                sampler.scheduleWithFixedDelay(this::sampleAll, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks at the group of a run from now on. */
    void follow(String run) {
        samples.putIfAbsent(run, new CopyOnWriteArrayList<>());
    }

    private void sampleAll() {
        for (String run : samples.keySet()) {
            try {
                sample(run);
            } catch (ExecutionException brokerIsDead) {
                // the next one follows
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    private synchronized void sample(String run) throws ExecutionException, InterruptedException {
        List<Map<TopicPartition, OffsetAndMetadata>> before = samples.getOrDefault(run, List.of());
        Map<TopicPartition, OffsetAndMetadata> now = admin.listConsumerGroupOffsets(
                        connection.groupId("trainer-" + run))
                .partitionsToOffsetAndMetadata()
                .get();
        if (before.isEmpty() || !before.get(before.size() - 1).equals(now)) {
            before.add(now);
        }
    }

    /**
     * Fails unless each offset was that of the step in its metadata, by the ledger, at most past markers of transactions, none was
     * smaller than one before it, and the last ones are those of the last step.
     *
     * @param steps that the run has trained
     * @return the number of different positions
     */
    int check(String run, int steps) throws Exception {
        sample(run);
        List<LedgerStep> ledger = log.read(connection.topics().trainingLedger()).stream()
                .filter(record -> record.key().equals(run))
                .map(ConsumerRecord::value)
                .limit(steps)
                .toList();
        Map<TopicPartition, NavigableSet<Long>> offsets = new HashMap<>();
        Map<TopicPartition, Long> before = new HashMap<>();
        long last = 0;
        for (Map<TopicPartition, OffsetAndMetadata> sample : samples.getOrDefault(run, List.of())) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> one : sample.entrySet()) {
                TopicPartition partition = one.getKey();
                long step = Long.parseLong(one.getValue().metadata().substring("step ".length()));
                long taken = taken(ledger, step).getOrDefault(partition, 0L);
                Long next = offsets.computeIfAbsent(partition, this::offsets).ceiling(taken);
                assertThat(one.getValue().offset())
                        .as("%s of %s at step %d", partition, run, step)
                        .isBetween(taken, next == null ? Long.MAX_VALUE : next);
                assertThat(one.getValue().offset())
                        .as("%s of %s at step %d, after step %d", partition, run, step, last)
                        .isGreaterThanOrEqualTo(before.getOrDefault(partition, 0L));
                before.put(partition, one.getValue().offset());
                assertThat(step).as("the step of %s", run).isGreaterThanOrEqualTo(last);
                last = step;
            }
        }
        assertThat(last).as("the last position of %s", run).isEqualTo(steps);
        return samples.getOrDefault(run, List.of()).size();
    }

    @Override
    public void close() {
        sampler.shutdownNow();
        admin.close(Duration.ZERO);
    }

    /** Returns the offsets of the records of a partition. */
    private NavigableSet<Long> offsets(TopicPartition partition) {
        Topics topics = connection.topics();
        NavigableSet<Long> offsets = new TreeSet<>();
        log.read(topics.latents(topics.sourceOfLatents(partition.topic()))).stream()
                .filter(record -> record.partition() == partition.partition())
                .map(ConsumerRecord::offset)
                .forEach(offsets::add);
        return offsets;
    }

    /** Returns the ends of what a run took up to a step. */
    private static Map<TopicPartition, Long> taken(List<LedgerStep> ledger, long last) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (LedgerStep step : ledger) {
            if (step.getStep() > last) {
                break;
            }
            for (LedgerSource source : step.getOpened()) {
                for (int i = 0; i < source.getNext().size(); i++) {
                    ends.put(
                            new TopicPartition(source.getTopic(), i),
                            source.getNext().get(i));
                }
            }
            for (LedgerTake take : step.getTaken()) {
                ends.put(new TopicPartition(step.getTopics().get(take.getTopic()), take.getPartition()), take.getEnd());
            }
        }
        return ends;
    }
}
