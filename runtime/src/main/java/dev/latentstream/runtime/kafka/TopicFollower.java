package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a topic from its beginning to its end, then follows it on a daemon thread. One thread starts and closes it. */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30); // of a start
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final String topic;
    private final Supplier<Consumer<byte[], byte[]>> open;
    private final java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable Thread thread;

    /** @param action called with each committed record, on the thread that reads */
    public TopicFollower(
            String topic,
            Supplier<Consumer<byte[], byte[]>> open,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action) {
        this.topic = topic;
        this.open = open;
        this.action = action;
    }

    /** Returns a follower of a topic of a cluster. If the topic is recreated, it is read from its beginning. */
    public static TopicFollower of(
            KafkaConnection connection,
            String topic,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action) {
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(topic + "-follower"));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new TopicFollower(
                topic,
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                action);
    }

    /**
     * Returns once the topic has been read to its end.
     *
     * @throws ClusterException if that takes half a minute, or the topic does not exist
     */
    public void start() {
        thread = Threads.daemon("follows-" + topic, this::run);
        thread.start();
        try {
            caughtUp.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException reason ? reason : failed;
        }
    }

    /** Returns whether the topic has been read to its end once. */
    public boolean isCaughtUp() {
        return caughtUp.isDone() && !caughtUp.isCompletedExceptionally();
    }

    /** Returns why the topic is no longer followed; empty while it is. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closing = true;
        Consumer<byte[], byte[]> opened = consumer;
        if (opened != null) {
            opened.wakeup();
        }
        if (thread != null) {
            boolean unused = Threads.join(thread, CLOSE_WITHIN);
        }
    }

    private void run() {
        try (Consumer<byte[], byte[]> opened = open.get()) {
            consumer = opened;
            readToEnd(opened);
            caughtUp.complete(null);
            while (!closing) {
                opened.poll(POLL).forEach(action);
            }
        } catch (WakeupException closed) {
            caughtUp.completeExceptionally(new IllegalStateException("closed before %s was read".formatted(topic)));
        } catch (Throwable broken) {
            if (!closing) {
                failure = broken;
                LOG.atError().setCause(broken).log("{} is no longer followed", topic);
            }
            caughtUp.completeExceptionally(broken);
        }
    }

    private void readToEnd(Consumer<byte[], byte[]> opened) {
        TopicEnd end = TopicEnd.fromBeginning(opened, topic, PATIENCE);
        long start = System.nanoTime();
        while (!end.isReached()) {
            if (closing) {
                throw new WakeupException();
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new ClusterException(
                        "topic %s was not read to its end within %d s".formatted(topic, PATIENCE.toSeconds()));
            }
            opened.poll(POLL).forEach(action);
        }
    }
}
