package dev.latentstream.trainer.feed;

import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads latents on a dedicated thread, so that a long step or checkpoint never delays the consumer. */
public final class LatentFeed implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final LatentReader reader;
    private final LatentValidator validator;
    private final LatentQueues queues;
    private final Topics topics;
    private final FeedSettings settings;
    private final Meters meters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<Map<RecordPosition, LatentSample>> recovered = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    LatentFeed(
            LatentReader reader,
            LatentValidator validator,
            LatentQueues queues,
            Topics topics,
            FeedSettings settings,
            Meters meters) {
        this.reader = reader;
        this.validator = validator;
        this.queues = queues;
        this.topics = topics;
        this.settings = settings;
        this.meters = meters;
    }

    /**
     * Creates the feed of a run.
     *
     * @param stage label of the meters of refused latents
     * @param client suffix of the consumer group's name
     * @param format the run's latent format; null for a new run, which takes that of its first valid latent
     */
    public static LatentFeed of(
            KafkaConnection connection,
            String stage,
            String client,
            FeedSettings settings,
            @Nullable LatentFormat format,
            Meters meters) {
        Deserializer<Latent> values =
                connection.deserializer(connection.topics().latents("any"));
        LatentValidator validator = new LatentValidator(values, format);
        LatentQueues queues = new LatentQueues(settings.buffers().readAhead());
        LatentReader reader = new LatentReader(
                stage,
                consumer(connection, client),
                connection.topics(),
                validator,
                queues,
                settings,
                meters,
                Clock.systemUTC());
        return new LatentFeed(reader, validator, queues, connection.topics(), settings, meters);
    }

    /** Never subscribes: the group only shows the run's position to lag tools. */
    private static Consumer<byte[], byte[]> consumer(KafkaConnection connection, String client) {
        String group = connection.groupId(client);
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(group));
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // never a silent jump
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 256);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Starts reading, and returns the latents of the resumed run's shuffle buffers, in a mutable map. */
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

    /** Waits for the first valid latent of a new run. */
    public LatentFormat awaitFormat() throws InterruptedException {
        while (true) {
            long arrivals = queues.arrivals();
            if (validator.format().isPresent()) {
                return validator.format().get();
            }
            queues.awaitBeyond(arrivals, PAUSE);
        }
    }

    /** Returns the assembler of the run's batches from what this feed reads. */
    public BatchAssembler assembler(
            BatchAssembler.RunKey run,
            LatentFormat format,
            TextEncoder encoder,
            Supplier<VersionedPolicy<MixturePolicy>> mixture) {
        return new BatchAssembler(run, format, settings, topics, queues, encoder, mixture, meters);
    }

    /** Sets the position that training has reached, which the group's offsets follow. */
    public void trained(long step, Collection<SourceState> states) {
        reader.trained(step, states);
    }

    /** Ends reading soon, and with it any wait for latents; from any thread, also before {@link #start}. */
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
            recovered.complete(reader.start(states));
            while (closing.getCount() > 0) {
                reader.step();
                if (!reader.isAssigned()) {
                    boolean unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (WakeupException closed) {
            // by stop()
        } catch (Throwable failure) {
            end = failure;
        }
        recovered.completeExceptionally(end); // no effect if they were recovered
        queues.fail(end);
    }
}
