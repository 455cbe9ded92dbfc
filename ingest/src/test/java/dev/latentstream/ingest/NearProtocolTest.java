package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.Verdict.Admitted;
import dev.latentstream.ingest.Verdict.Asked;
import dev.latentstream.ingest.Verdict.Refused;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.near.NearIndex;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.HeldCandidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.NearClaim;
import dev.latentstream.schemas.NearMessage;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Undecided;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol among tasks, with messages in flight in every order that partitions allow. */
class NearProtocolTest {
    private static final int PARTITIONS = 3;
    private static final byte[] PIXELS = TestImages.png(TestImages.drawing(64, 64));
    private static final NearDuplicateSettings SEARCH = new NearDuplicateSettings(true, Duration.ofHours(1));

    private final Meters meters = new Meters();
    private final VersionedPolicy<FilterPolicy> policy = new VersionedPolicy<>(
            1,
            FilterPolicy.newBuilder()
                    .setMinSide(1)
                    .setMaxAspectRatio(3)
                    .setNearDuplicateDistance(20)
                    .build());

    @TempDir
    private Path folder;

    @Test
    void ofImagesThatAreNearEachOtherOneStaysInWhateverOrderMessagesArrive() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Tasks tasks = new Tasks(random);
            int images = 2 + random.nextInt(4);
            for (int i = 0; i < images; i++) {
                tasks.arrive(image(i), random.nextInt(4), random.nextInt(PARTITIONS), near(i));
                tasks.deliver(random.nextInt(60)); // some are decided before the next arrives, others are in flight
            }

            tasks.deliver(Integer.MAX_VALUE);

            assertThat(tasks.verdicts).as("seed %d", seed).hasSize(images);
            assertThat(tasks.verdicts.values())
                    .as("seed %d: %s", seed, tasks.verdicts)
                    .containsOnlyOnce("admitted");
        }
    }

    @Test
    void ofImagesInFlightTheOneWithTheOldestRecordStaysThenTheSmallestId() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Tasks tasks = new Tasks(random);
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
            Collections.shuffle(order, random);
            // 2 and 1 have the same time, 3 and 0 later ones
            long[] times = {7, 5, 5, 6};
            order.forEach(i -> tasks.arrive(image(i), times[i], random.nextInt(PARTITIONS), near(i)));

            tasks.deliver(Integer.MAX_VALUE);

            assertThat(tasks.verdicts)
                    .as("seed %d", seed)
                    .containsEntry(image(1), "admitted")
                    .containsEntry(image(2), "refused")
                    .containsEntry(image(3), "refused")
                    .containsEntry(image(0), "refused");
        }
    }

    /** 49 hashes without colours. */
    @Test
    void anImageWhoseHashesAnEarlierVersionMadeIsNearNone() {
        Tasks tasks = new Tasks(new Random(1));
        for (int i = 0; i < 2; i++) {
            tasks.arrive(image(i), i, 0, new byte[49 * 32]);
        }

        tasks.deliver(Integer.MAX_VALUE);

        assertThat(tasks.verdicts).hasSize(2).allSatisfy((id, verdict) -> assertThat(verdict)
                .isEqualTo("admitted"));
    }

    @Test
    void imagesFarFromEachOtherAllStay() {
        Tasks tasks = new Tasks(new Random(1));
        for (int i = 0; i < 20; i++) {
            byte[] hash = new byte[59];
            new Random(i).nextBytes(hash);
            tasks.arrive(image(i), i, i % PARTITIONS, hash);
        }

        tasks.deliver(Integer.MAX_VALUE);

        assertThat(tasks.verdicts).hasSize(20).allSatisfy((id, verdict) -> assertThat(verdict)
                .isEqualTo("admitted"));
    }

    private static String image(int number) {
        return "%064x".formatted(number + 1);
    }

    /** Hashes that differ from each other in two bits, so that they share some bands and not others. */
    private static byte[] near(int number) {
        byte[] hash = new byte[59];
        hash[0] = (byte) (1 << number);
        return hash;
    }

    /** The tasks of both halves, and the partitions between them. */
    private final class Tasks {
        private final Random random;
        private final List<Task> homes = new ArrayList<>();
        private final List<MockProcessorContext<String, NearMessage>> indexContexts = new ArrayList<>();
        private final List<NearIndex> indexes = new ArrayList<>();
        private final Map<String, Deque<Runnable>> channels = new TreeMap<>();
        private final Map<String, String> verdicts = new HashMap<>();

        Tasks(Random random) {
            this.random = random;
            for (int i = 0; i < PARTITIONS; i++) {
                homes.add(new Task(i));
                MockProcessorContext<String, NearMessage> context = context(i);
                store(context, NearIndex.STORE, Serdes.Bytes(), Serdes.ByteArray());
                NearIndex index = new NearIndex(SEARCH.horizon());
                index.init(context);
                indexContexts.add(context);
                indexes.add(index);
            }
        }

        void arrive(String imageId, long time, int home, byte[] hash) {
            Image image = Image.newBuilder()
                    .setImage(ByteBuffer.wrap(PIXELS))
                    .setWidth(64)
                    .setHeight(64)
                    .setOriginalWidth(64)
                    .setOriginalHeight(64)
                    .setSource("photos")
                    .setUri(imageId)
                    .setFingerprint(0)
                    .build();
            Candidate candidate = new Candidate(imageId, image, null, null, null, ByteBuffer.wrap(hash));
            homes.get(home).admission.process(new Record<>("00" + imageId.substring(2), candidate, time));
            homes.get(home).send();
        }

        /** Delivers messages of partitions drawn at random, each partition in order. */
        void deliver(int most) {
            for (int i = 0; i < most; i++) {
                List<Deque<Runnable>> full = channels.values().stream()
                        .filter(queue -> !queue.isEmpty())
                        .toList();
                if (full.isEmpty()) {
                    return;
                }
                full.get(random.nextInt(full.size())).remove().run();
            }
        }

        private void enqueue(String channel, Runnable delivery) {
            channels.computeIfAbsent(channel, unused -> new ArrayDeque<>()).add(delivery);
        }

        private void lookUp(int partition, Record<String, NearMessage> record) {
            indexes.get(partition).process(record);
            MockProcessorContext<String, NearMessage> context = indexContexts.get(partition);
            context.forwarded().forEach(forward -> {
                toHome("answers-%d-".formatted(partition), record(forward));
            });
            context.resetForwards();
        }

        private void toHome(String channel, Record<String, NearMessage> message) {
            int home = NearIndex.home("", message.key(), message.value(), PARTITIONS)
                    .orElseThrow()
                    .iterator()
                    .next();
            enqueue(channel + home, () -> {
                homes.get(home).decision.process(message);
                homes.get(home).send();
            });
        }

        /** One partition of candidates. */
        private final class Task {
            private final int number;
            private final MockProcessorContext<String, Verdict> context;
            private final Admission admission;
            private final NearDecision decision;

            Task(int number) {
                this.number = number;
                this.context = context(number);
                for (String name :
                        List.of(Admission.ADMITTED, Admission.REFUSED, Admission.PIXELS, NearDuplicates.AWAITED)) {
                    store(context, name, Serdes.String(), Serdes.String());
                }
                store(context, Admission.DESCRIBED, Serdes.String(), AvroBinary.serde(Image.class));
                store(context, Admission.REMOVED, Serdes.String(), AvroBinary.serde(Removal.class));
                store(context, NearDuplicates.UNDECIDED, Serdes.String(), AvroBinary.serde(Undecided.class));
                store(context, NearDuplicates.HELD, Serdes.String(), AvroBinary.serde(HeldCandidate.class));
                this.admission = admission();
                this.decision = new NearDecision(admission());
                admission.init(context);
                decision.init(context);
            }

            private Admission admission() {
                return new Admission(
                        new Judge(
                                source -> policy,
                                new QuarantineSettings(),
                                new PolicyFilter(OptOutLists.none()),
                                meters),
                        new StageHeaders(new Random(1)),
                        meters,
                        SEARCH);
            }

            void send() {
                context.forwarded().forEach(forward -> {
                    Record<String, Verdict> record = record(forward);
                    if (record.value() instanceof Asked asked) {
                        Record<String, NearMessage> message = record.withValue(asked.message());
                        if (asked.message().getStep() instanceof NearClaim claim) {
                            int partition = claim.getBand() % PARTITIONS;
                            enqueue("claims-%d-%d".formatted(number, partition), () -> lookUp(partition, message));
                        } else {
                            toHome("replies-%d-".formatted(number), message);
                        }
                    } else if (record.value() instanceof Admitted) {
                        assertThat(verdicts.put(record.key(), "admitted")).isNull();
                    } else if (record.value() instanceof Refused) {
                        assertThat(verdicts.put(record.key(), "refused")).isNull();
                    }
                });
                context.resetForwards();
            }
        }
    }

    private static <V> Record<String, V> record(CapturedForward<? extends String, ? extends V> forward) {
        Record<? extends String, ? extends V> record = forward.record();
        return new Record<>(record.key(), record.value(), record.timestamp(), record.headers());
    }

    private <V> MockProcessorContext<String, V> context(int partition) {
        MockProcessorContext<String, V> context =
                new MockProcessorContext<>(new Properties(), new TaskId(0, partition), folder.toFile());
        context.setCurrentSystemTimeMs(1000);
        return context;
    }

    private static <K, V> void store(
            MockProcessorContext<String, ?> context, String name, Serde<K> keys, Serde<V> values) {
        KeyValueStore<K, V> store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }
}
