package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Latent;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads latents in a thread of its own, so that a long step or checkpoint never keeps Kafka waiting. */
public final class LatentFeed implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final LatentReader reader;
    private final LatentValidator gate;
    private final LatentQueues queues;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<Map<RecordPosition, LatentSample>> recovered = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    LatentFeed(LatentReader reader, LatentValidator gate, LatentQueues queues) {
        this.reader = reader;
        this.gate = gate;
        this.queues = queues;
    }

    /**
     * A feed from a cluster.
     *
     * @param stage under which meters count what is refused
     * @param client end of the consumer group's name
     * @param form that of the run; null for a new run, which takes that of its first latent
     */
    public static LatentFeed of(
            KafkaConnection connection,
            String stage,
            String client,
            FeedSettings settings,
            @Nullable LatentFormat form,
            Meters meters) {
        Deserializer<Latent> values =
                connection.deserializer(connection.topics().latents("any"));
        LatentValidator gate = new LatentValidator(values, form);
        LatentQueues queues = new LatentQueues(settings.readAhead());
        LatentReader reader = new LatentReader(
                stage,
                consumer(connection, client),
                connection.topics(),
                gate,
                queues,
                settings,
                meters,
                Clock.systemUTC());
        return new LatentFeed(reader, gate, queues);
    }

    /** Never subscribes: the group only shows lag tools how far the run has come. */
    private static Consumer<byte[], byte[]> consumer(KafkaConnection connection, String client) {
        String group = connection.groupId(client);
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(group));
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // never a silent jump
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 256);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    public LatentQueues queues() {
        return queues;
    }

    /** Starts to read, and returns the latents that sat in the buffers of the run that goes on. */
    public Map<RecordPosition, LatentSample> start(Collection<SourceState> states) {
        Thread reading = Threads.daemon("trainer-reader", () -> run(states));
        thread = reading;
        reading.start();
        try {
            return recovered.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException reason ? reason : failed;
        }
    }

    /** Waits for the first sound latent of a new run. */
    public LatentFormat awaitForm() throws InterruptedException {
        while (true) {
            long seen = queues.arrivals();
            if (gate.form().isPresent()) {
                return gate.form().get();
            }
            queues.awaitBeyond(seen, PAUSE);
        }
    }

    /** Says how far training has come. */
    public void trained(long step, Collection<SourceState> states) {
        reader.trained(step, states);
    }

    /** Ends the reading soon, and with it any wait for what is read; from any thread, before the start too. */
    public void stop() {
        closing.countDown();
        reader.wakeup();
    }

    @Override
    public void close() {
        stop();
        Thread reading = thread;
        if (reading != null) {
            boolean unused = Threads.join(reading, CLOSE_WITHIN);
        }
    }

    private void run(Collection<SourceState> states) {
        Throwable end = new IllegalStateException("the feed was closed");
        try (reader) {
            recovered.complete(reader.begin(states));
            while (closing.getCount() > 0) {
                reader.step();
                if (!reader.reads()) {
                    boolean unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (WakeupException closed) {
            // as stop() asked for
        } catch (Throwable broken) {
            end = broken;
        }
        recovered.completeExceptionally(end); // unless they were
        queues.fail(end);
    }
}
