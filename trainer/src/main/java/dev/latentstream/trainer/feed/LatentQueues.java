package dev.latentstream.trainer.feed;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A queue per partition between the thread that reads latents and the one that assembles batches. Thread-safe. */
final class LatentQueues {
    /** The queue of one partition, and the offset at which its reading started. */
    private static final class PartitionQueue {
        private final long start;
        private final Deque<FeedItem> items = new ArrayDeque<>();

        PartitionQueue(long start) {
            this.start = start;
        }
    }

    private final int capacity;
    private final Map<TopicPartition, PartitionQueue> partitions =
            new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
    private long arrivals;
    private @Nullable Throwable failure;

    /** @param capacity items of a partition above which its reading pauses */
    LatentQueues(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a partition that is read from an offset onwards. */
    synchronized void open(TopicPartition partition, long start) {
        partitions.put(partition, new PartitionQueue(start));
        arrivals++;
        notifyAll();
    }

    synchronized boolean hasRoom(TopicPartition partition) {
        return queue(partition).items.size() < capacity;
    }

    synchronized void put(FeedItem item) {
        queue(item.position().topicPartition()).items.add(item);
        arrivals++;
        notifyAll();
    }

    /** Removes and returns the next item of a partition; null if its queue is empty. */
    synchronized @Nullable FeedItem poll(TopicPartition partition) {
        return queue(partition).items.poll();
    }

    synchronized boolean isEmpty(TopicPartition partition) {
        return queue(partition).items.isEmpty();
    }

    /** Returns the offset at which the reading of a partition started. */
    synchronized long start(TopicPartition partition) {
        return queue(partition).start;
    }

    /** Returns the topics that are read, in alphabetical order. */
    synchronized List<String> topics() {
        return partitions.keySet().stream()
                .map(TopicPartition::topic)
                .distinct()
                .toList();
    }

    /** Returns the partitions of a topic that are read, in order. */
    synchronized List<TopicPartition> partitions(String topic) {
        return partitions.keySet().stream().filter(p -> p.topic().equals(topic)).toList();
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
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        requireReading();
    }

    /** Ends reading: the other side's calls throw with this cause. */
    synchronized void fail(Throwable reason) {
        failure = reason;
        notifyAll();
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
