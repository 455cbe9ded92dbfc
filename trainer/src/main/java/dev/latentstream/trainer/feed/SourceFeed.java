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
 * Draws samples of one source: from its partitions in a seeded order into the shuffle buffer, and from there at random.
 *
 * <p>Under {@link WhenDry#WAIT} what is drawn is a function of the seed, the log and the indexes of the samples: a partition
 * whose turn it is is waited for, and nothing is drawn before the buffer is full. One thread at a time.
 */
final class SourceFeed {
    private final String topic;
    private final long seed;
    private final WhenDry whenDry;
    private final int needed; // latents before it is ready
    private final LatentQueues queues;
    private final ShuffleBuffer buffer;
    private final Map<Integer, Long> next = new TreeMap<>();
    private long pulls;

    SourceFeed(String topic, long seed, FeedSettings settings, LatentQueues queues) {
        this.topic = topic;
        this.seed = seed;
        this.whenDry = settings.whenDry();
        needed = switch (whenDry) {
            case WAIT -> settings.shuffle();
            case REDISTRIBUTE, REPEAT -> settings.minimum();
        };
        this.queues = queues;
        buffer = new ShuffleBuffer(settings.shuffle());
    }

    /** Goes on from a state, with the latents that sat in the buffer. */
    void restore(SourceState state, Map<RecordPosition, LatentSample> latents) {
        pulls = state.recordsTaken();
        next.putAll(state.next());
        for (Slot slot : state.slots()) {
            buffer.put(Objects.requireNonNull(latents.get(state.position(slot))));
        }
    }

    /** Takes in what has come, as far as there is room. */
    void fill() {
        while (!buffer.isFull()) {
            FeedItem item = pull();
            if (item == null) {
                return;
            }
            if (item instanceof Accepted arrived) {
                buffer.put(arrived.sample());
            } else if (item instanceof Removed removed) {
                buffer.remove(removed.imageId());
            }
        }
    }

    boolean isReady() {
        return buffer.size() >= needed;
    }

    /** How many latents it has of those that it needs to be ready, for a person; empty if it is. */
    Optional<String> shortage() {
        return isReady() ? Optional.empty() : Optional.of("%d of %d".formatted(buffer.size(), needed));
    }

    /**
     * The sample of an index; the source must be ready.
     *
     * @return the sample, and whether it stays in the buffer because there is nothing new
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

    /** A sample, and whether it was drawn from what had been drawn from before. */
    record Drawn(LatentSample sample, boolean dry) {}

    SourceState state() {
        return SourceState.of(topic, pulls, positions(), buffer.state());
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new TreeMap<>();
        for (TopicPartition partition : queues.partitions(topic)) {
            positions.put(partition.partition(), next.getOrDefault(partition.partition(), queues.start(partition)));
        }
        return positions;
    }

    private boolean hasNext() {
        return queues.partitions(topic).stream().anyMatch(p -> !queues.isEmpty(p));
    }

    /** The next record in the seeded order of the partitions; null where it has not come yet. */
    private @Nullable FeedItem pull() {
        List<TopicPartition> partitions = queues.partitions(topic);
        int first = Seeds.random(seed, "partition of " + topic, pulls).nextInt(partitions.size());
        int tries = whenDry == WhenDry.WAIT ? 1 : partitions.size();
        for (int i = 0; i < tries; i++) {
            FeedItem item = queues.poll(partitions.get((first + i) % partitions.size()));
            if (item != null) {
                if (item instanceof Refused) {
                    throw new IllegalStateException("refused latents are not queued: " + item.position());
                }
                pulls++;
                next.put(item.position().partition(), item.position().offset() + 1);
                return item;
            }
        }
        return null;
    }
}
