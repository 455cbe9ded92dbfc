package dev.latentstream.trainer.feed;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * The state of one source: its position in each partition of its topic, and its shuffle buffer. It changes by the records that are taken,
 * the tombstones that are read and the samples that are drawn, and by nothing else. Not thread-safe.
 */
final class SourceBuffer {
    private final String topic;
    private final long seed;
    private final String purpose; // of the draws of a partition
    private final List<TopicPartition> partitions = new ArrayList<>(); // those that a draw has named, by number
    private final ShuffleBuffer buffer = new ShuffleBuffer();
    private final TreeMap<Integer, Long> next = new TreeMap<>();
    private final TreeMap<String, RecordPosition> tombstones = new TreeMap<>(); // read, not yet taken
    private String topicId = "";
    private long recordsTaken;

    SourceBuffer(String topic, long seed) {
        this.topic = topic;
        this.seed = seed;
        purpose = "partition of " + topic;
    }

    static SourceBuffer of(SourceState state, long seed) {
        SourceBuffer source = new SourceBuffer(state.topic(), seed);
        source.open(state.topicId(), state.next());
        source.recordsTaken = state.recordsTaken();
        state.tombstones().forEach(t -> source.tombstones.put(t.imageId(), t.position()));
        state.latents().forEach(source.buffer::put);
        return source;
    }

    String topic() {
        return topic;
    }

    int size() {
        return buffer.size();
    }

    /** Reads on from these offsets, by partition; in a topic that was recreated, the tombstones of the one before say nothing. */
    void open(String id, Map<Integer, Long> offsets) {
        if (!id.equals(topicId)) {
            tombstones.clear();
        }
        topicId = id;
        next.clear();
        next.putAll(offsets);
        tombstones.values().removeIf(t -> t.offset() < offsets.getOrDefault(t.partition(), 0L));
    }

    /** Returns the n-th partition to take a record from, in the seeded order of the partitions. */
    TopicPartition partition(int n) {
        int first = Seeds.random(seed, purpose, recordsTaken).nextInt(next.size());
        int partition = (first + n) % next.size();
        while (partitions.size() <= partition) {
            partitions.add(new TopicPartition(topic, partitions.size()));
        }
        return partitions.get(partition);
    }

    /** Continues in a partition with another record than the one after the last. */
    void moveTo(int partition, long offset) {
        long unused = next(partition); // it is read
        next.put(partition, offset);
    }

    long recordsTaken() {
        return recordsTaken;
    }

    int partitions() {
        return next.size();
    }

    /** Returns the next offset to take from a partition. */
    long next(int partition) {
        Long offset = next.get(partition);
        if (offset == null) {
            throw new IllegalArgumentException("%s-%d is not read".formatted(topic, partition));
        }
        return offset;
    }

    /** Takes a record: a latent into the buffer, or a tombstone, which removes its image from there. */
    void take(FeedItem item) {
        RecordPosition position = item.position();
        recordsTaken++;
        next.put(position.partition(), position.offset() + 1);
        if (item instanceof Accepted accepted) {
            if (!isRemoved(accepted.sample())) {
                buffer.put(accepted.sample());
            }
        } else if (item instanceof Removed removed) {
            buffer.remove(removed.imageId());
            tombstones.remove(removed.imageId(), position);
        } else {
            throw new IllegalStateException("refused latents are not taken: " + position);
        }
    }

    /** Takes a latent without putting it into the buffer. */
    void withhold(RecordPosition position) {
        recordsTaken++;
        next.put(position.partition(), position.offset() + 1);
    }

    /** Returns the latents of some images in the buffer. */
    List<LatentSample> latentsOf(Predicate<String> images) {
        return buffer.latentsOf(images);
    }

    /** Drops the latent of an image from the buffer. */
    void purge(String imageId) {
        buffer.remove(imageId);
    }

    /** Applies a tombstone before it is taken: no older latent of its image is drawn any more. Returns whether that is news. */
    boolean remove(Removed removed) {
        RecordPosition position = removed.position();
        if (position.offset() < next(position.partition())) {
            return false; // it was taken
        }
        RecordPosition known = tombstones.get(removed.imageId());
        if (known != null && known.offset() >= position.offset()) {
            return false;
        }
        tombstones.put(removed.imageId(), position);
        buffer.remove(removed.imageId());
        return true;
    }

    /**
     * Draws the sample of an index.
     *
     * @param stays whether it stays in the buffer
     */
    LatentSample draw(long index, boolean stays) {
        int slot = Seeds.random(seed, "slot", index).nextInt(buffer.size());
        LatentSample sample = buffer.at(slot);
        if (!stays) {
            buffer.remove(slot);
        }
        return sample;
    }

    SourceState state() {
        return new SourceState(
                topic,
                topicId,
                recordsTaken,
                next,
                tombstones.entrySet().stream()
                        .map(t -> new SourceState.Tombstone(t.getKey(), t.getValue()))
                        .toList(),
                buffer.latents());
    }

    /** Returns whether a tombstone of the image was read after the latent; an image keeps its partition. */
    private boolean isRemoved(LatentSample sample) {
        RecordPosition tombstone = tombstones.get(sample.imageId());
        return tombstone != null
                && tombstone.partition() == sample.position().partition()
                && tombstone.offset() > sample.position().offset();
    }
}
