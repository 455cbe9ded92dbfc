package dev.latentstream.app.deadletters;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.kafka.DeadLetter;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import dev.latentstream.schemas.Replay;
import dev.latentstream.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends letters to their topics, each once: the record and its mark in {@code replays} are one transaction. The marks are read after other
 * replays are fenced off, so two at once send no letter twice.
 */
final class LetterReplay implements AutoCloseable {
    /** A transaction is open no longer than its records take: readers of committed records wait for it. */
    private static final int BATCH = 100;

    private final @Nullable Producer<byte[], byte[]> producer;
    private final Serializer<Replay> marks;
    private final Topic<Replay> topic;
    private final Set<String> sentBefore;
    private final ToIntFunction<String> partitionCounts;
    private final String author;
    private final Clock clock;
    private final Map<String, Integer> partitions = new HashMap<>();
    private int open;

    /** The outcome of a letter. */
    enum Outcome {
        SENT,
        SENT_BEFORE,
        FOREIGN,
        NO_PARTITION
    }

    private LetterReplay(
            KafkaConnection connection,
            LetterReader reader,
            @Nullable Producer<byte[], byte[]> producer,
            String author,
            Clock clock) {
        this.producer = producer;
        this.topic = connection.topics().replays();
        this.marks = connection.serializer(topic);
        this.sentBefore = Replays.read(connection);
        this.partitionCounts = reader::partitionCount;
        this.author = author;
        this.clock = clock;
    }

    /** Returns a replay that only counts. */
    static LetterReplay dry(KafkaConnection connection, LetterReader reader) {
        return new LetterReplay(connection, reader, null, "", Clock.systemUTC());
    }

    /** Takes over from any other replay. */
    static LetterReplay open(KafkaConnection connection, LetterReader reader, String author) {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                connection.transactionalProperties(connection.groupId("dlq-replay")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return new LetterReplay(connection, reader, producer, author, Clock.systemUTC());
    }

    Outcome send(Letter letter) {
        if (letter.parsed().isEmpty()) {
            return Outcome.FOREIGN;
        }
        DeadLetter parsed = letter.parsed().get();
        if (sentBefore.contains(letter.key())) {
            return Outcome.SENT_BEFORE;
        }
        if (parsed.partition() >= partitions.computeIfAbsent(parsed.topic(), partitionCounts::applyAsInt)) {
            return Outcome.NO_PARTITION;
        }
        if (producer != null) {
            send(producer, letter, parsed);
        }
        return Outcome.SENT;
    }

    private void send(Producer<byte[], byte[]> to, Letter letter, DeadLetter parsed) {
        if (open == 0) {
            to.beginTransaction();
        }
        Replay mark = new Replay(parsed.topic(), parsed.partition(), author, clock.instant());
        Future<RecordMetadata> unused = to.send(parsed.original()); // a failure fails the commit
        Future<RecordMetadata> unusedMark = to.send(new ProducerRecord<>(
                topic.name(), letter.key().getBytes(StandardCharsets.UTF_8), marks.serialize(topic.name(), mark)));
        open++;
        if (open == BATCH) {
            commit(to);
        }
    }

    /** Commits the rest. */
    void finish() {
        if (producer != null && open > 0) {
            commit(producer);
        }
    }

    private void commit(Producer<byte[], byte[]> to) {
        try {
            TransactionalWriter.commit(to);
        } catch (ProducerFencedException taken) {
            throw new Failure("another replay took over: run this one again, which sends what is left", taken);
        }
        open = 0;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
        marks.close();
    }
}
