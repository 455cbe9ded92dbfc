package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.FailureWords;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets of a run's consumer group, which show its position to lag tools: those after the last step that was trained, with that step
 * as metadata. They never go back: a run that is resumed repeats the steps in its ledger, so its position is after the last one of them.
 *
 * <p>Not thread-safe, except for {@link #trained}.
 */
public final class GroupOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(GroupOffsets.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final Pattern METADATA = Pattern.compile("step (\\d{1,18})");

    private final Writer writer;
    private final Map<Topic, List<Long>> starts = new HashMap<>(); // of topics that no step has opened yet
    private final Map<TopicPartition, Long> shown = new HashMap<>();
    private volatile Reached reached = new Reached(0, Map.of());
    private CompletableFuture<Void> committed = CompletableFuture.completedFuture(null);

    /** Commits offsets, unless another trainer has taken the run over. */
    public interface Writer {
        CompletableFuture<Void> commit(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group);
    }

    /**
     * A topic, or another one that was made under its name.
     *
     * @param id Kafka's id of it
     */
    public record Topic(String name, String id) {
        TopicPartition partition(int partition) {
            return new TopicPartition(name, partition);
        }
    }

    /** The position after a step: the next offset of each partition. */
    private record Reached(long step, Map<Topic, List<Long>> next) {}

    public GroupOffsets(Writer writer) {
        this.writer = writer;
    }

    /** Adds a topic that was found, with the offsets at which reading starts. */
    public void start(Topic topic, List<Long> offsets) {
        starts.put(topic, List.copyOf(offsets));
        shown.keySet().removeIf(partition -> partition.topic().equals(topic.name()));
    }

    /**
     * Continues a run.
     *
     * @param step the last one that is repeated
     * @param next offsets after it
     * @param before offsets of the group; those of later steps, which no longer count, are replaced
     */
    public void resume(
            long step, Map<Topic, List<Long>> next, Map<TopicPartition, @Nullable OffsetAndMetadata> before) {
        reached = new Reached(step, Map.copyOf(next));
        before.forEach((partition, offset) -> {
            if (offset != null && step(offset) <= step) {
                shown.put(partition, offset.offset()); // it may be past markers of transactions
            }
        });
    }

    private static long step(OffsetAndMetadata offset) {
        Matcher step = METADATA.matcher(offset.metadata());
        return step.matches() ? Long.parseLong(step.group(1)) : Long.MAX_VALUE;
    }

    /** Sets the position that training has reached, unless it is that of a step which is repeated; from any thread. */
    public void trained(long step, Map<Topic, List<Long>> next) {
        if (step > reached.step()) {
            reached = new Reached(step, Map.copyOf(next));
        }
    }

    /**
     * Commits the position, before the first step that at which reading starts.
     *
     * @param group that has no members
     * @param topics that exist
     * @param passed the offset before which a partition has no record that was not trained, given the one after the last record
     */
    public void commit(
            ConsumerGroupMetadata group, Collection<Topic> topics, ToLongBiFunction<TopicPartition, Long> passed) {
        if (!committed.isDone()) {
            return; // the cluster does not answer
        }
        Reached now = reached;
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Topic topic : topics) {
            List<Long> next = now.next().getOrDefault(topic, starts.getOrDefault(topic, List.of()));
            for (int i = 0; i < next.size(); i++) {
                TopicPartition partition = topic.partition(i);
                long offset = shown.merge(partition, passed.applyAsLong(partition, next.get(i)), Math::max);
                offsets.put(partition, new OffsetAndMetadata(offset, "step " + now.step()));
            }
        }
        if (!offsets.isEmpty()) {
            committed = writer.commit(offsets, group).whenComplete((done, failed) -> warn(now.step(), failed));
        }
    }

    private static void warn(long step, @Nullable Throwable failed) {
        if (failed != null) { // lag tools see it later; the checkpoint is authoritative
            LOG.atWarn().addKeyValue("step", step).log("offsets not committed: {}", FailureWords.describe(failed));
        }
    }

    /** Waits for the last commit, while the cluster answers. */
    public void await() {
        try {
            committed.get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException uncommitted) {
            // the warning says so
        }
    }
}
