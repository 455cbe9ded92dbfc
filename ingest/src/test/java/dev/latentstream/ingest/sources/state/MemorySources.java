package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.DeliveredItem;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics of sources in memory: what Kafka's own mock producers have committed. A log that is opened fences those before. */
public final class MemorySources implements StoredSources {
    public static final Topics TOPICS = new Topics("");

    private final List<MockProducer<String, SpecificRecord>> producers = new ArrayList<>();
    private final List<SourceFollower> followers = new ArrayList<>();
    private Supplier<MockProducer<String, SpecificRecord>> next = MemorySources::producer;
    private String topicId = "the first";

    /** Opens the log of a source for a writer that is named by its number, from 0. */
    public SourceLog open(String source) {
        fence();
        MockProducer<String, SpecificRecord> producer = next.get();
        SourceFollower follower = new SourceFollower(source);
        String writer = "writer-" + producers.size();
        producers.add(producer);
        followers.add(follower);
        return new SourceLog(
                source, writer, TOPICS, producer, this, follower, Clock.systemUTC(), Duration.ofMillis(100));
    }

    /** Fences every writer. */
    void fence() {
        producers.forEach(earlier -> {
            if (!earlier.closed()) {
                earlier.fenceProducer();
            }
        });
    }

    /** Adds a state that somebody else has committed. */
    void add(String source, SourceState state) {
        MockProducer<String, SpecificRecord> other = producer();
        other.initTransactions();
        other.beginTransaction();
        Future<RecordMetadata> unused =
                other.send(new ProducerRecord<>(TOPICS.sources().name(), source, state));
        other.commitTransaction();
        producers.add(other);
        followers.add(new SourceFollower(source));
    }

    /** Lets the logs that are opened from now on write with other producers. */
    public void produceWith(Supplier<MockProducer<String, SpecificRecord>> producer) {
        next = producer;
    }

    public static MockProducer<String, SpecificRecord> producer() {
        return new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]);
    }

    /** Forgets the images, as if their topic was deleted and recreated. */
    public void recreateImages(String newTopicId) {
        topicId = newTopicId;
    }

    /** Hands the states that are committed to the follower of a writer, as its topic would. */
    public void follow(int writer) {
        records(TOPICS.sources().name())
                .forEach(record -> followers.get(writer).take(Optional.ofNullable((SourceState) record.value())));
    }

    public List<ProducerRecord<String, RawImage>> images() {
        return records(TOPICS.imagesRaw().name());
    }

    public List<ProducerRecord<String, Rejection>> rejections() {
        return records(TOPICS.imagesRejected().name());
    }

    public List<ProducerRecord<String, DeliveredItem>> items() {
        return records(TOPICS.sourceItems().name());
    }

    @Override
    public Optional<SourceState> state(String source) {
        return this.<SourceState>records(TOPICS.sources().name()).stream()
                .filter(record -> record.key().equals(source))
                .reduce((first, second) -> second)
                .flatMap(record -> Optional.ofNullable(record.value()));
    }

    @Override
    public void items(String source, int partition, BiConsumer<String, Optional<DeliveredItem>> action) {
        items().stream()
                .filter(record -> ItemKeys.isOf(source, record.key()))
                .forEach(record -> action.accept(record.key(), Optional.ofNullable(record.value())));
    }

    @Override
    public int partition(String source) {
        return 0;
    }

    @Override
    public String topicId() {
        return topicId;
    }

    @SuppressWarnings("unchecked") // each topic has values of one type
    private <V extends SpecificRecord> List<ProducerRecord<String, V>> records(String topic) {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .filter(record -> record.topic().equals(topic))
                .map(record -> (ProducerRecord<String, V>) (ProducerRecord<String, ?>) record)
                .toList();
    }
}
