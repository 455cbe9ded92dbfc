package dev.latentstream.ingest.sources.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Position;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class TopicSourceTest {
    private static final Deserializer<GenericRecord> NO_AVRO = (topic, value) -> null;
    private static final int LONG_ENOUGH = 50; // items, between which the topic is looked at several times
    private static final Duration AN_ITEM = Duration.ofMillis(500);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private Optional<TopicState> topic = Optional.empty();
    private boolean answers = true;
    private Known known = Known.NOTHING;
    private Duration time = Duration.ZERO;
    private int looks;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> added = new ArrayList<>();

    @Test
    void aTopicIsReadToItsEnd() throws IOException {
        create("a", 2);
        TopicSource source = source(/* following */ false, Known.NOTHING);

        add(0, 0, "one");
        add(1, 0, "two");

        assertThat(images(some(source, LONG_ENOUGH))).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aPartitionThatIsAddedWhileTheTopicIsFollowedIsRead() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        add(0, 0, "one");
        List<SourceItem> before = some(source, LONG_ENOUGH);

        create("a", 3);
        add(2, 0, "two");
        add(0, 1, "three");
        List<SourceItem> after = some(source, LONG_ENOUGH);

        assertThat(images(before)).containsExactly("one");
        assertThat(images(after)).containsExactlyInAnyOrder("two", "three");
    }

    @Test
    void aTopicThatIsRecreatedWhileItIsFollowedIsReadFromItsBeginning() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        add(0, 0, "one");
        add(0, 1, "two");
        List<SourceItem> before = some(source, LONG_ENOUGH);

        recreate("b");
        add(0, 0, "three");
        List<SourceItem> after = some(source, LONG_ENOUGH);

        assertThat(images(before)).containsExactly("one", "two");
        assertThat(images(after)).containsExactly("three");
        assertThat(after).contains(new Position("kafka:photos/0", "b", 1));
    }

    @Test
    void aTopicThatIsDeletedWhileItIsFollowedEndsTheSource() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        add(0, 0, "one");
        some(source, LONG_ENOUGH);

        topic = Optional.empty();

        assertThatThrownBy(() -> some(source, LONG_ENOUGH))
                .isInstanceOf(IOException.class)
                .hasMessage("topic photos was deleted while it was read");
    }

    @Test
    void aTopicThatIsAbsentForSomeSecondsIsWaitedFor() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        some(source, LONG_ENOUGH);
        Optional<TopicState> present = topic;

        topic = Optional.empty();
        for (int i = 0; i < 100; i++) { // polls that return at once with records that are out of range
            consumer.setPollException(new OffsetOutOfRangeException(Map.of(partition(0), 0L)));
            source.next(known);
        }
        some(source, 20);
        topic = present;
        add(0, 0, "one");

        assertThat(images(some(source, LONG_ENOUGH))).containsExactly("one");
    }

    @Test
    void aBusyTopicIsLookedAtByTheClock() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        for (int offset = 0; offset < 1000; offset++) {
            add(0, offset, "one");
            serve();
            source.next(known);
            source.next(known);
        }

        assertThat(looks).isEqualTo(1);
    }

    @Test
    void aClusterThatDoesNotAnswerIsWaitedFor() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        answers = false;
        List<SourceItem> before = some(source, LONG_ENOUGH);

        answers = true;
        add(0, 0, "one");
        List<SourceItem> after = some(source, LONG_ENOUGH);

        assertThat(before).allMatch(Waiting.class::isInstance);
        assertThat(images(after)).containsExactly("one");
    }

    @Test
    void recordsThatWereDeletedUnreadAreCounted() throws IOException {
        create("a", 1);
        consumer.updateBeginningOffsets(Map.of(partition(0), 5L));
        consumer.updateEndOffsets(Map.of(partition(0), 5L));
        TopicSource source = source(/* following */ true, delivered("a", 3));

        assertThat(some(source, 2))
                .containsExactly(
                        new Unreadable(
                                "kafka:photos/0", "2 records were deleted before they were read (offsets 3 to 4)"),
                        new Position("kafka:photos/0", "a", 5));
    }

    @Test
    void aPartitionThatLostItsNewestRecordsWhileItIsFollowedEndsTheSource() throws IOException {
        create("a", 1);
        TopicSource source = source(/* following */ true, Known.NOTHING);
        add(0, 0, "one");
        add(0, 1, "two");
        some(source, LONG_ENOUGH);

        consumer.updateEndOffsets(Map.of(partition(0), 1L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(partition(0), 2L)));

        assertThatThrownBy(() -> some(source, LONG_ENOUGH))
                .isInstanceOf(IOException.class)
                .hasMessage("kafka:photos/0 was read to offset 2, but ends at 1: its records were lost");
    }

    private TopicSource source(boolean following, Known delivered) {
        known = delivered;
        RecordFields fields = new RecordFields(
                ValueFormat.RAW,
                "",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty());
        return new TopicSource(
                "photos",
                "photos",
                following,
                new RecordReader(fields, NO_AVRO, ErrorsTolerance.DATA, 100),
                new TopicSource.Clients(() -> consumer, Lookup::new, () -> time.toNanos()));
    }

    private void create(String id, int partitions) {
        topic = Optional.of(new TopicState(id, partitions));
        for (int partition = 0; partition < partitions; partition++) {
            consumer.updateBeginningOffsets(Map.of(partition(partition), 0L));
            ends.putIfAbsent(partition(partition), 0L);
        }
        consumer.updateEndOffsets(ends);
    }

    /** Creates a topic of one partition in the place of the present one. */
    private void recreate(String id) {
        ends.clear();
        create(id, 1);
    }

    private void add(int partition, long offset, String image) {
        added.add(new ConsumerRecord<>(
                "photos", partition, offset, new byte[0], image.getBytes(StandardCharsets.US_ASCII)));
        ends.put(partition(partition), offset + 1);
        consumer.updateEndOffsets(ends);
    }

    private List<SourceItem> some(TopicSource source, int count) throws IOException {
        List<SourceItem> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            serve();
            time = time.plus(AN_ITEM);
            source.next(known).ifPresent(items::add);
        }
        return items;
    }

    /** Gives the consumer the records of its partitions. */
    private void serve() {
        for (ConsumerRecord<byte[], byte[]> record : List.copyOf(added)) {
            if (consumer.assignment().contains(partition(record.partition()))) {
                consumer.addRecord(record);
                added.remove(record);
            }
        }
    }

    private static List<String> images(List<SourceItem> items) {
        return items.stream()
                .filter(Found.class::isInstance)
                .map(item -> new String(((Found) item).image(), StandardCharsets.US_ASCII))
                .toList();
    }

    private static Known delivered(String id, long place) {
        return new Known() {
            @Override
            public boolean unchanged(String uri, String stamp) {
                return false;
            }

            @Override
            public OptionalLong position(String uri, String stamp) {
                return stamp.equals(id) ? OptionalLong.of(place) : OptionalLong.empty();
            }
        };
    }

    private static TopicPartition partition(int partition) {
        return new TopicPartition("photos", partition);
    }

    private final class Lookup implements TopicLookup {
        @Override
        public Optional<TopicState> state() {
            looks++;
            if (!answers) {
                throw new TimeoutException("no broker");
            }
            return topic;
        }

        @Override
        public void close() {}
    }
}
