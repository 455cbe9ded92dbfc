package dev.latentstream.app.deadletters;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.DeadLetter;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads dead letters as bytes, up to the present end of their topics. One letter is in memory at a time, besides what was fetched. */
final class LetterReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final KafkaConnection connection;
    private final KafkaConsumer<byte[], byte[]> consumer;

    LetterReader(KafkaConnection connection) {
        this.connection = connection;
        this.consumer = new KafkaConsumer<>(
                connection.readerProperties("latentstream-dlq"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Returns the dead-letter topics of the given topics, which may be named themselves; all of the cluster if none is given. */
    Set<String> topics(List<String> given) {
        Set<String> existing = new TreeSet<>(consumer.listTopics(PATIENCE).keySet());
        existing.removeIf(topic -> !Topics.isDeadLetters(topic));
        if (given.isEmpty()) {
            return existing;
        }
        Set<String> chosen = new TreeSet<>();
        for (String name : given) {
            String letters = Topics.isDeadLetters(name) ? name : Topics.deadLetters(name);
            if (!existing.contains(letters)) {
                throw new Failure("topic %s does not exist; there are %s".formatted(letters, Names.listed(existing)));
            }
            chosen.add(letters);
        }
        return chosen;
    }

    /** Reads the letters of topics, topic by topic. */
    void read(Collection<String> topics, Consumer<Letter> action) throws InterruptedException {
        Map<String, Uuid> ids = ids(topics);
        for (String topic : topics) {
            Uuid id = ids.getOrDefault(topic, Uuid.ZERO_UUID);
            read(partitions(topic), record -> action.accept(new Letter(id, record, DeadLetter.of(record))));
        }
    }

    /** Returns the number of partitions of a topic; 0 if it does not exist. */
    int partitionCount(String topic) {
        return consumer.listTopics(PATIENCE).getOrDefault(topic, List.of()).size();
    }

    private Map<String, Uuid> ids(Collection<String> topics) throws InterruptedException {
        try (Admin admin = connection.admin()) {
            Map<String, Uuid> ids = new HashMap<>();
            Collection<TopicDescription> described =
                    admin.describeTopics(topics).allTopicNames().get().values();
            described.forEach(topic -> ids.put(topic.name(), topic.topicId()));
            return ids;
        } catch (ExecutionException failed) {
            throw new Failure(
                    "the dead-letter topics cannot be described: %s".formatted(AdminAnswers.reason(failed)), failed);
        }
    }

    private Set<TopicPartition> partitions(String topic) {
        Set<TopicPartition> partitions = new HashSet<>();
        consumer.partitionsFor(topic, PATIENCE)
                .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        return partitions;
    }

    private void read(Set<TopicPartition> partitions, Consumer<ConsumerRecord<byte[], byte[]>> action) {
        TopicEnd end = TopicEnd.of(consumer, partitions, PATIENCE);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (!end.isReached()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (!end.isBefore(record)) {
                    action.accept(record);
                }
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
