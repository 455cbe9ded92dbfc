package dev.latentstream.ingest.sources.state;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicFollower;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import dev.latentstream.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the state of one source, to learn when somebody else writes it. Thread-safe. */
final class SourceFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceFollower.class);

    private static final Duration CHECK_EVERY = Duration.ofSeconds(1); // that the topic is still followed

    private final String source;
    private final @Nullable TopicFollower topic;
    private @Nullable String writer;
    private boolean own;
    private @Nullable SourceLoss loss;
    private @Nullable SourceState newest;

    /** Follows nothing by itself: records are handed to it. */
    SourceFollower(String source) {
        this.source = source;
        this.topic = null;
    }

    SourceFollower(KafkaConnection connection, String source) {
        this.source = source;
        Topic<SourceState> states = connection.topics().sources();
        Deserializer<SourceState> deserializer = connection.deserializer(states);
        this.topic = TopicFollower.of(connection, states.name(), record -> take(record, deserializer));
    }

    /** Returns once the present state is known. */
    void start() {
        if (topic != null) {
            topic.start();
        }
    }

    /** From the first state of this writer on, each of another one is a loss. */
    synchronized void expect(String own) {
        this.writer = own;
        this.own = false;
        this.loss = null;
    }

    synchronized void take(Optional<SourceState> state) {
        newest = state.orElse(null);
        Optional<SourceState> mine = state.filter(one -> one.getWriter().equals(writer));
        if (mine.isPresent()) {
            own |= mine.get().getStatus() == SourceStatus.RUNNING; // before that it may forget an earlier state
        } else if (own && loss == null) {
            loss = SourceLoss.of(state);
        }
        notifyAll();
    }

    /**
     * Returns who has taken the source from the expected writer.
     *
     * @throws ClusterException if the topic is no longer followed
     */
    synchronized Optional<SourceLoss> loss() {
        requireFollowing();
        return Optional.ofNullable(loss);
    }

    /** Waits a bounded time until somebody has taken the source. */
    synchronized Optional<SourceLoss> awaitLoss(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toMillis(); left > 0 && loss == null; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return Optional.ofNullable(loss);
    }

    /** Returns once the source is not paused. */
    synchronized void awaitResumed() throws InterruptedException {
        while (newest != null && newest.getStatus() == SourceStatus.PAUSED) {
            requireFollowing();
            wait(CHECK_EVERY.toMillis());
        }
    }

    @Override
    public void close() {
        if (topic != null) {
            topic.close();
        }
    }

    private void requireFollowing() {
        Optional<Throwable> failure = topic == null ? Optional.empty() : topic.failure();
        if (failure.isPresent()) {
            throw new ClusterException(
                    "the state of the source %s can no longer be followed: %s".formatted(source, failure.get()),
                    failure.get());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Deserializer<SourceState> deserializer) {
        if (record.key() == null || !source.equals(new String(record.key(), StandardCharsets.UTF_8))) {
            return;
        }
        try {
            take(Optional.ofNullable(deserializer.deserialize(record.topic(), record.value())));
        } catch (SerializationException foreign) {
            LOG.atWarn()
                    .addKeyValue("source", source)
                    .log("a state that cannot be read: {}", FailureWords.describe(foreign));
        }
    }
}
