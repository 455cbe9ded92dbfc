package dev.latentstream.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.Removal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The behaviour of the loop that needs no broker; its logic is tested as {@link BatchEngine}. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BatchLoopTest {
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void waitsForAnUnreachableClusterAndClosesInTime() {
        BatchLoop<Removal> loop = loop("dev.latentstream.schemas.AvroDeserializer");
        loop.start();

        long start = System.nanoTime();
        loop.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(loop.failure()).isEmpty();
    }

    @Test
    void doesNotStartWithUnusableSettings() {
        assertThatThrownBy(() -> loop("io.example.Missing").start())
                .isInstanceOf(SettingsException.class)
                .hasMessage("kafka.deserializer: io.example.Missing is not on the class path");
    }

    @Test
    void canBeClosedWithoutAStart() {
        loop("dev.latentstream.schemas.AvroDeserializer").close();
    }

    @Test
    void leavesTheClusterInTimeButCloseReturnsOnlyAfterTheProcessor() throws Exception {
        FakeCluster cluster = new FakeCluster();
        cluster.input.add(new ConsumerRecord<>("removals", 0, 0, FakeCluster.bytes("a"), null));
        FakeCluster.FakeConsumer consumer = cluster.consumer();
        consumer.assignAtNextPoll(new TopicPartition("removals", 0));
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch computed = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        BatchLoop<Removal> loop = loop(
                new BatchLoop.Clients(instance -> consumer, instance -> cluster.producer()),
                Duration.ofMillis(1),
                batch -> {
                    computing.countDown();
                    awaitDeafly(computed);
                    ended.set(true);
                    return List.of();
                });
        loop.start();
        computing.await();

        AtomicBoolean endedBeforeClosed = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            loop.close();
            endedBeforeClosed.set(ended.get());
        });
        closer.start();
        await().until(() -> consumer.closed() && !isAlive("busy"));
        closer.interrupt(); // the closing thread may be interrupted; the network is still in use
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING || !closer.isAlive());
        computed.countDown();
        closer.join();

        assertThat(endedBeforeClosed).isTrue();
        assertThat(loop.failure()).isEmpty();
        assertThat(cluster.positions).as("what was not done in time").isEmpty();
    }

    /** Ignores interrupts, as native code does. */
    private static void awaitDeafly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException unheard) {
                // keeps waiting
            }
        }
    }

    private static boolean isAlive(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }

    private BatchLoop<Removal> loop(
            BatchLoop.Clients clients, Duration closeWithin, BatchProcessor<Removal> processor) {
        KafkaConnection connection = connection(new KafkaSettings().deserializer());
        return new BatchLoop<>(
                connection,
                "busy",
                connection.topics().removals(),
                processor,
                new BatchSettings(1, Duration.ZERO, 50, closeWithin),
                meters,
                FailedRecords.DEAD_LETTERS,
                clients);
    }

    private BatchLoop<Removal> loop(String deserializer) {
        KafkaConnection connection = connection(deserializer);
        return new BatchLoop<>(
                connection,
                "captioning",
                connection.topics().removals(),
                batch -> List.of(),
                new BatchSettings(16, Duration.ofMillis(200), 50, Duration.ofSeconds(1)),
                meters);
    }

    private static KafkaConnection connection(String deserializer) {
        return new KafkaConnection(new KafkaSettings(
                "127.0.0.1:1",
                "http://127.0.0.1:1",
                "",
                1,
                (short) 1,
                new KafkaSettings().serializer(),
                deserializer,
                Map.of("max.block.ms", "200")));
    }
}
