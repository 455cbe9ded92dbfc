package dev.latentstream.trainer.feed;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.feed.FeedSettings.WhenDry;
import dev.latentstream.trainer.feed.SourceState.Slot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Draws the samples of one source: records move from its partitions to the shuffle buffer in a seeded order, samples are drawn from there.
 *
 * <p>Under {@link WhenDry#WAIT} a sample is a function of the seed, the log and its index: the next partition in the order is waited for,
 * and nothing is drawn before the buffer is full. Not thread-safe.
 */
final class SourceFeed {
    private final String topic;
    private final long seed;
    private final WhenDry whenDry;
    private final int required; // latents in the buffer from which it is ready
    private final LatentQueues queues;
    private final ShuffleBuffer buffer;
    private final Map<Integer, Long> nextOffsets = new TreeMap<>();
    private long recordsTaken;

    SourceFeed(String topic, long seed, FeedSettings settings, LatentQueues queues) {
        this.topic = topic;
        this.seed = seed;
        this.whenDry = settings.whenDry();
        required = switch (whenDry) {
            case WAIT -> settings.buffers().shuffle();
            case REDISTRIBUTE, REPEAT -> settings.buffers().minimum();
        };
        this.queues = queues;
        buffer = new ShuffleBuffer(settings.buffers().shuffle());
    }

    /** Resumes from a state, with the latents that were in the shuffle buffer. */
    void restore(SourceState state, Map<RecordPosition, LatentSample> latents) {
        recordsTaken = state.recordsTaken();
        nextOffsets.putAll(state.next());
        for (Slot slot : state.slots()) {
            buffer.put(Objects.requireNonNull(latents.get(state.position(slot))));
        }
    }

    /** Moves records to the shuffle buffer until it is full or none has arrived. */
    void fill() {
        while (!buffer.isFull()) {
            FeedItem item = next();
            if (item == null) {
                return;
            }
            if (item instanceof Accepted accepted) {
                buffer.put(accepted.sample());
            } else if (item instanceof Removed removed) {
                buffer.remove(removed.imageId());
            }
        }
    }

    boolean isReady() {
        return buffer.size() >= required;
    }

    /** Returns the number of latents it has of those it needs, such as {@code 2 of 3}; empty if it is ready. */
    Optional<String> shortage() {
        return isReady() ? Optional.empty() : Optional.of("%d of %d".formatted(buffer.size(), required));
    }

    /**
     * Draws the sample of an index; the source must be ready.
     *
     * @return the sample, and whether it stays in the buffer because nothing new has arrived
     */
    Drawn draw(long index) {
        int slot = Seeds.random(seed, "slot", index).nextInt(buffer.size());
        LatentSample sample = buffer.at(slot);
        boolean stays = whenDry == WhenDry.REPEAT && !(buffer.isFull() && hasNext());
        if (!stays) {
            buffer.remove(slot);
        }
        return new Drawn(sample, stays && !hasNext());
    }

    /** A sample, and whether it stays in the buffer because the source is dry. */
    record Drawn(LatentSample sample, boolean repeated) {}

    SourceState state() {
        return SourceState.of(topic, recordsTaken, positions(), buffer.state());
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new TreeMap<>();
        for (TopicPartition partition : queues.partitions(topic)) {
            positions.put(
                    partition.partition(), nextOffsets.getOrDefault(partition.partition(), queues.start(partition)));
        }
        return positions;
    }

    private boolean hasNext() {
        return queues.partitions(topic).stream().anyMatch(p -> !queues.isEmpty(p));
    }

    /** Takes the next record in the seeded order of the partitions; null if it has not arrived. */
    private @Nullable FeedItem next() {
        List<TopicPartition> partitions = queues.partitions(topic);
        int first = Seeds.random(seed, "partition of " + topic, recordsTaken).nextInt(partitions.size());
        int tries = whenDry == WhenDry.WAIT ? 1 : partitions.size();
        for (int i = 0; i < tries; i++) {
            FeedItem item = queues.poll(partitions.get((first + i) % partitions.size()));
            if (item != null) {
                if (item instanceof Refused) {
                    throw new IllegalStateException("refused latents are not queued: " + item.position());
                }
                recordsTaken++;
                nextOffsets.put(item.position().partition(), item.position().offset() + 1);
                return item;
            }
        }
        return null;
    }
}
