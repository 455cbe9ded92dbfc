package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The border between the thread that reads latents and the one that assembles batches: a queue per partition, and the news of the topics
 * that a live step turns into events. What is read of a topic that was recreated stays hidden until the news of it is taken: before that, it
 * would pass for records of the topic before it. Thread-safe.
 */
final class LatentQueues {
    /** The state of the next record of a partition. */
    enum Next {
        /** It has arrived. */
        ARRIVED,
        /** The log ends here, as of the last fetch. */
        END,
        /** It may exist: a fetch will tell. */
        UNKNOWN
    }

    /**
     * The changes of the topics since the last call.
     *
     * @param opened sources that are read from now on, or read on elsewhere
     * @param left topics that no longer exist
     */
    record News(List<LedgerSource> opened, List<String> left) {}

    private static final class PartitionQueue {
        private final Deque<FeedItem> items = new ArrayDeque<>();
        private boolean atEnd;
    }

    private final int capacity;
    private final Map<TopicPartition, PartitionQueue> partitions = new HashMap<>();
    private final List<LedgerSource> opened = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<Removed> removed = new ArrayList<>();
    private final Set<String> gone = new HashSet<>(); // topics that no longer exist
    private final Set<String> hidden = new HashSet<>(); // topics that were recreated, before the news of it
    private @Nullable Set<String> wanted; // null: all
    private long arrivals;
    private long changes; // that make reading possible
    private @Nullable Throwable failure;

    /** @param capacity items of a partition above which its reading pauses */
    LatentQueues(int capacity) {
        this.capacity = capacity;
    }

    /** Adds the partitions of a topic whose position the run has already. */
    synchronized void open(String topic, int count) {
        for (int i = 0; i < count; i++) {
            partitions.put(new TopicPartition(topic, i), new PartitionQueue());
        }
        arrivals++;
        notifyAll();
    }

    /** Adds the partitions of a topic that the run does not know, or that it reads on elsewhere. */
    synchronized void open(LedgerSource source) {
        opened.add(source);
        if (gone.remove(source.getTopic())) {
            hidden.add(source.getTopic());
        }
        open(source.getTopic(), source.getNext().size());
    }

    /** Adds a partition, if it is new, of which records will arrive. */
    synchronized void expect(TopicPartition partition) {
        partitions.computeIfAbsent(partition, added -> new PartitionQueue()).atEnd = false;
        changes++;
        notifyAll();
    }

    /** Marks a topic that was deleted: its unread records are dropped, and no more will come. */
    synchronized void leave(String topic) {
        gone.add(topic);
        hidden.remove(topic);
        opened.removeIf(source -> source.getTopic().equals(topic));
        removed.removeIf(tombstone -> tombstone.position().topic().equals(topic));
        if (!left.contains(topic)) {
            left.add(topic);
        }
        of(topic).forEach(partition -> {
            partition.items.clear();
            partition.atEnd = true;
        });
        arrivals++;
        notifyAll();
    }

    /** Sets the topics that are read from now on; before the first call, all are. */
    synchronized void want(Collection<String> topics) {
        wanted = Set.copyOf(topics);
    }

    synchronized boolean isWanted(String topic) {
        return wanted == null || wanted.contains(topic);
    }

    synchronized boolean hasRoom(TopicPartition partition) {
        return queue(partition).items.size() < capacity;
    }

    synchronized void put(FeedItem item) {
        add(queue(item.position().topicPartition()), item);
        arrivals++;
        notifyAll();
    }

    /** Puts several items of one partition. */
    synchronized void putAll(TopicPartition partition, List<FeedItem> items) {
        if (items.isEmpty()) {
            return; // of the records that were read, none can be used
        }
        PartitionQueue queue = queue(partition);
        items.forEach(item -> add(queue, item));
        arrivals++;
        notifyAll();
    }

    private void add(PartitionQueue queue, FeedItem item) {
        queue.items.add(item);
        queue.atEnd = false;
        if (item instanceof Removed tombstone) {
            removed.add(tombstone);
        }
    }

    /** Sets whether the log ends after the items that were put, as of the last fetch. */
    synchronized void atEnd(TopicPartition partition, boolean end) {
        PartitionQueue queue = queue(partition);
        if (queue.atEnd != end) {
            queue.atEnd = end;
            arrivals++;
            notifyAll();
        }
    }

    synchronized Next next(TopicPartition partition) {
        if (hidden.contains(partition.topic())) {
            return Next.END; // of the topic before
        }
        PartitionQueue queue = queue(partition);
        if (!queue.items.isEmpty()) {
            return Next.ARRIVED;
        }
        return queue.atEnd ? Next.END : Next.UNKNOWN;
    }

    /** Returns the next item of a partition without removing it; null if its queue is empty. */
    synchronized @Nullable FeedItem peek(TopicPartition partition) {
        return hidden.contains(partition.topic())
                ? null
                : queue(partition).items.peek();
    }

    /** Removes and returns the next item of a partition; null if its queue is empty. */
    synchronized @Nullable FeedItem poll(TopicPartition partition) {
        if (hidden.contains(partition.topic())) {
            return null;
        }
        PartitionQueue queue = queue(partition);
        FeedItem item = queue.items.poll();
        if (item != null && queue.items.size() == capacity / 2) {
            changes++;
            notifyAll();
        }
        return item;
    }

    /** Returns the number of changes so far that make reading possible: queues that fell to half their capacity, records to expect. */
    synchronized long changes() {
        return changes;
    }

    /** Waits until there are more changes than a number, or until a timeout. */
    synchronized void awaitChange(long count, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long rest = timeout.toNanos();
        while (changes <= count && failure == null && rest > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, rest);
            rest = deadline - System.nanoTime();
        }
    }

    synchronized boolean isEmpty(TopicPartition partition) {
        return queue(partition).items.isEmpty();
    }

    /** Returns the news since the last call. */
    synchronized News news() {
        News news = new News(List.copyOf(opened), List.copyOf(left));
        opened.clear();
        left.clear();
        hidden.clear();
        return news;
    }

    synchronized boolean hasNews() {
        return !opened.isEmpty() || !left.isEmpty();
    }

    /** Returns the tombstones that were read since the last call. */
    synchronized List<Removed> tombstones() {
        List<Removed> read = removed.stream()
                .filter(tombstone -> !hidden.contains(tombstone.position().topic()))
                .toList();
        removed.removeAll(read);
        return read;
    }

    /** Returns the number of arrivals so far; throws once reading has ended, even if items are left. */
    synchronized long arrivals() {
        requireReading();
        return arrivals;
    }

    /** Waits until there are more arrivals than a number, or until a timeout; throws once reading has ended. */
    synchronized void awaitBeyond(long count, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (arrivals <= count && failure == null) {
            long rest = deadline - System.nanoTime();
            if (rest <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, rest);
        }
        requireReading();
    }

    /** Ends reading: the other side's calls throw with this cause. */
    synchronized void fail(Throwable reason) {
        failure = reason;
        notifyAll();
    }

    private List<PartitionQueue> of(String topic) {
        return partitions.entrySet().stream()
                .filter(e -> e.getKey().topic().equals(topic))
                .map(Map.Entry::getValue)
                .toList();
    }

    private void requireReading() {
        if (failure != null) {
            throw new IllegalStateException("latents are no longer read: " + failure.getMessage(), failure);
        }
    }

    private PartitionQueue queue(TopicPartition partition) {
        PartitionQueue queue = partitions.get(partition);
        if (queue == null) {
            throw new IllegalArgumentException("%s is not read".formatted(partition));
        }
        return queue;
    }
}
