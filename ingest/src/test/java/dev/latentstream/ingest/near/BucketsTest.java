package dev.latentstream.ingest.near;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.near.Buckets.Entry;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BucketsTest {
    private static final int BAND = 7;
    private static final int BITS = 65_535;

    private final KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("buckets"), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final Buckets buckets = new Buckets(store);

    @BeforeEach
    void open() {
        MockProcessorContext<Bytes, byte[]> context =
                new MockProcessorContext<>(new Properties(), new TaskId(0, 0), new File("unused"));
        store.init(context.getStateStoreContext(), store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void entriesOfManyPagesAreReadInTheOrderInWhichTheyCame() {
        List<Entry> added =
                IntStream.range(0, 50).mapToObj(i -> entry(i, 100 - i)).toList();

        added.forEach(entry -> add(BITS, entry));

        assertThat(read(BITS)).isEqualTo(added);
        assertThat(read(BITS - 1)).isEmpty();
        assertThat(buckets.read(BAND - 1, BITS, 0)).isEmpty();
    }

    @Test
    void anImageIsInABucketOnceWithItsOldestTime() {
        for (int i = 0; i < 40; i++) {
            add(BITS, entry(i, 100));
        }

        add(BITS, entry(20, 50));
        add(BITS, entry(20, 70));

        assertThat(read(BITS)).hasSize(40).contains(entry(20, 50)).doesNotContain(entry(20, 100), entry(20, 70));
    }

    @Test
    void expiredEntriesAreDeletedWithTheirPages() {
        for (int i = 0; i < 40; i++) {
            add(BITS, entry(i, i % 2 == 0 ? 10 : 90));
        }

        assertThat(buckets.read(BAND, BITS, 50)).hasSize(20).allMatch(entry -> entry.time() == 90);

        assertThat(read(BITS)).hasSize(20);
        assertThat(keys()).isEqualTo(2);
        assertThat(buckets.read(BAND, BITS, 91)).isEmpty();
        assertThat(keys()).isZero();
    }

    @Test
    void theFirstGiveWayInAFullBucket() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Buckets.MOST + 1; i++) {
            Entry added = entry(i, i);
            buckets.add(BAND, BITS, added, read(BITS));
            entries.add(added);
        }

        assertThat(read(BITS)).isEqualTo(entries.subList(Buckets.PAGE, entries.size()));
    }

    @Test
    void randomUseAgreesWithAMapOfLists() {
        Random random = new Random(5);
        Map<Integer, List<Entry>> model = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            int bits = random.nextInt(4);
            long expired = i / 3;
            Entry added = entry(random.nextInt(400), i + random.nextInt(300));
            List<Entry> expected = model.computeIfAbsent(bits, any -> new ArrayList<>());
            expected.removeIf(entry -> entry.time() < expired);
            List<Entry> read = buckets.read(BAND, bits, expired);
            assertThat(read).isEqualTo(expected);
            buckets.add(BAND, bits, added, read);
            addTo(expected, added);
        }
    }

    private static void addTo(List<Entry> entries, Entry added) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).imageId().equals(added.imageId())) {
                entries.set(i, entries.get(i).time() <= added.time() ? entries.get(i) : added);
                return;
            }
        }
        entries.add(added);
    }

    private void add(int bits, Entry entry) {
        buckets.add(BAND, bits, entry, read(bits));
    }

    private List<Entry> read(int bits) {
        return buckets.read(BAND, bits, 0);
    }

    private long keys() {
        long count = 0;
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }

    private static Entry entry(int number, long time) {
        byte[] id = ByteBuffer.allocate(32).putInt(number).array();
        Window window = new Window(new NearHash(number, 2, 3, 4), Colours.read(ByteBuffer.allocate(Colours.BYTES)));
        return new Entry(HexFormat.of().formatHex(id), time, window, number % 8);
    }
}
