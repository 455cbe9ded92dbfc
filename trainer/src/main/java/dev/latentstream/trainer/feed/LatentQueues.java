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

/** What was read and not yet taken, a queue for each partition: between the thread that reads and the one that mixes. */
public final class LatentQueues {
    /** One partition: where reading began, and what is in it now. */
    private static final class Lane {
        private final long start;
        private final Deque<FeedItem> items = new ArrayDeque<>();

        Lane(long start) {
            this.start = start;
        }
    }

    private final int bound;
    private final Map<TopicPartition, Lane> lanes =
            new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
    private long arrivals;
    private @Nullable Throwable failure;

    /** Takes note of how many records of a partition may wait before its reading pauses. */
    public LatentQueues(int bound) {
        this.bound = bound;
    }

    /** Adds a partition that is read from an offset on. */
    public synchronized void open(TopicPartition partition, long start) {
        lanes.put(partition, new Lane(start));
        arrivals++;
        notifyAll();
    }

    synchronized boolean hasRoom(TopicPartition partition) {
        return lane(partition).items.size() < bound;
    }

    public synchronized void put(FeedItem item) {
        lane(item.position().topicPartition()).items.add(item);
        arrivals++;
        notifyAll();
    }

    /** The next item of a partition, taken out; null where none waits. */
    synchronized @Nullable FeedItem poll(TopicPartition partition) {
        return lane(partition).items.poll();
    }

    synchronized boolean isEmpty(TopicPartition partition) {
        return lane(partition).items.isEmpty();
    }

    /** Where the reading of a partition began. */
    synchronized long start(TopicPartition partition) {
        return lane(partition).start;
    }

    /** The topics that are read, in order. */
    synchronized List<String> topics() {
        return lanes.keySet().stream().map(TopicPartition::topic).distinct().toList();
    }

    /** The partitions of a topic that are read, in order. */
    synchronized List<TopicPartition> partitions(String topic) {
        return lanes.keySet().stream().filter(p -> p.topic().equals(topic)).toList();
    }

    /** Counts what came in so far; fails once nothing will come any more, whatever still waits here. */
    synchronized long arrivals() {
        check();
        return arrivals;
    }

    /** Waits until more than that has come in, at most so long; fails once nothing will come any more. */
    synchronized void awaitBeyond(long seen, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (arrivals <= seen && failure == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        check();
    }

    /** Tells the other side why nothing will come any more. */
    synchronized void fail(Throwable reason) {
        failure = reason;
        notifyAll();
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException("latents are no longer read: " + failure.getMessage(), failure);
        }
    }

    private Lane lane(TopicPartition partition) {
        Lane lane = lanes.get(partition);
        if (lane == null) {
            throw new IllegalArgumentException("%s is not read".formatted(partition));
        }
        return lane;
    }
}
