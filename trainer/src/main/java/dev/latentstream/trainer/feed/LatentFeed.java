package dev.latentstream.trainer.feed;

import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.MixtureSchedule;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.dataset.DatasetRun;
import dev.latentstream.trainer.dataset.DatasetScan;
import dev.latentstream.trainer.feed.TopicDirectory.MetadataUpdates;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.GroupOffsets;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import dev.latentstream.trainer.ledger.Replay;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads latents on a dedicated thread, so that a long step or checkpoint never delays the consumer. */
public final class LatentFeed implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** Bytes that are fetched ahead of the queues, which have a limit of their own. A larger record is fetched all the same. */
    private static final Map<String, Integer> FETCHING = Map.of(
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20,
            ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1 << 20); // fewer reads for a fetch than with 64 KiB

    private final Reader reader;
    private final @Nullable RangeReader ranges; // the reader of a run that does not follow the log
    private final LatentValidator validator;
    private final LatentQueues queues;
    private final Topics topics;
    private final Meters meters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<List<RecordedStep>> resumed = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    /** The reader of the latent topics into the queues, on the thread of this feed. */
    interface Reader extends AutoCloseable {
        /**
         * Prepares to continue a run.
         *
         * @return the recorded steps that can be repeated
         */
        List<RecordedStep> resume(FeedResume resume, Collection<String> weighted);

        /** Reads what has arrived; waits for a moment if nothing has. */
        void step() throws InterruptedException;

        /** Returns whether {@link #step} waits by itself. */
        boolean isAssigned();

        /** Sets the position that training has reached; from any thread. */
        void trained(long step, Collection<SourceState> states);

        /** Ends a step; from any thread. */
        void wakeup();

        @Override
        void close();
    }

    LatentFeed(Reader reader, LatentValidator validator, LatentQueues queues, Topics topics, Meters meters) {
        this.reader = reader;
        ranges = reader instanceof RangeReader of ? of : null;
        this.validator = validator;
        this.queues = queues;
        this.topics = topics;
        this.meters = meters;
    }

    /**
     * Creates the feed of a run.
     *
     * @param stage label of the meters of refused latents
     * @param client suffix of the consumer group's name
     * @param format the run's latent format; null for a new run, which takes that of its first valid latent
     * @param group commits the group's offsets
     */
    public static LatentFeed of(
            KafkaConnection connection,
            String stage,
            String client,
            FeedSettings settings,
            @Nullable LatentFormat format,
            GroupOffsets.Writer group,
            Meters meters) {
        Deserializer<Latent> values =
                connection.deserializer(connection.topics().latents("any"));
        LatentValidator validator = new LatentValidator(values, format);
        LatentQueues queues = new LatentQueues(settings.buffers().readAhead());
        MetadataUpdates updates = new MetadataUpdates();
        LatentReader reader = new LatentReader(
                stage,
                new LatentReader.Clients(
                        consumer(connection, client, updates),
                        updates::count,
                        TopicDirectory.of(connection.admin(), connection.topics()),
                        new GroupOffsets(group)),
                connection.topics(),
                validator,
                queues,
                settings,
                meters,
                Clock.systemUTC());
        return new LatentFeed(reader, validator, queues, connection.topics(), meters);
    }

    /**
     * Creates the feed of a run that reads places which are known beforehand.
     *
     * @param stage label of the meters of refused latents
     * @param client suffix of the client's name
     */
    public static LatentFeed ofRanges(
            KafkaConnection connection,
            String stage,
            String client,
            FeedSettings settings,
            LatentFormat format,
            Meters meters) {
        Deserializer<Latent> values =
                connection.deserializer(connection.topics().latents("any"));
        LatentValidator validator = new LatentValidator(values, format);
        LatentQueues queues = new LatentQueues(settings.buffers().readAhead());
        MetadataUpdates updates = new MetadataUpdates();
        RangeReader reader = new RangeReader(
                stage,
                consumer(connection, client, updates),
                new FixedTopics(TopicDirectory.of(connection.admin(), connection.topics()), updates::count),
                connection.topics(),
                validator,
                queues,
                meters);
        return new LatentFeed(reader, validator, queues, connection.topics(), meters);
    }

    /** Never subscribes: the group only shows the run's position to lag tools. */
    private static Consumer<byte[], ByteBuffer> consumer(
            KafkaConnection connection, String client, MetadataUpdates values) {
        String group = connection.groupId(client);
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(group));
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // never a silent jump
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 256);
        Set<String> given = connection.settings().properties().keySet();
        FETCHING.forEach((key, value) -> {
            if (!given.contains(key) && !given.contains("consumer." + key)) {
                properties.put(key, value);
            }
        });
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), values);
    }

    /** Starts reading for a new run. */
    public void start() {
        start(reader -> List.of());
    }

    /**
     * Starts reading for a resumed run.
     *
     * @param mixture mixture policy at present
     * @return the recorded steps that can be repeated: all, unless lost records are skipped that they took
     * @throws LostRecordsException if the log no longer has what the run needs
     */
    public List<RecordedStep> start(FeedResume resume, MixturePolicy mixture) {
        List<String> sources = resume.snapshot().sources().stream()
                .map(source -> topics.sourceOfLatents(source.topic()))
                .toList();
        List<String> weighted = weighted(mixture, resume.snapshot().step() + 1, sources)
                .map(source -> topics.latents(source).name())
                .toList();
        return start(opened -> opened.resume(resume, weighted));
    }

    /** The sources that have weight at a step, or will have. */
    private static Stream<String> weighted(MixturePolicy mixture, long step, Collection<String> sources) {
        Stream<Long> turns = MixtureSchedule.ahead(mixture, step).stream().map(MixtureRamp::getToStep);
        return Stream.concat(Stream.of(step), turns)
                .flatMap(turn -> Mixture.shares(MixtureSchedule.at(mixture, turn), sources).keySet().stream())
                .distinct();
    }

    private List<RecordedStep> start(Function<Reader, List<RecordedStep>> opening) {
        Thread reading = Threads.daemon("trainer-reader", () -> run(opening));
        thread = reading;
        reading.start();
        try {
            return resumed.join();
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

    /**
     * Returns the assembler of the run's batches from what this feed reads.
     *
     * @param recorded steps to repeat first
     * @param changed facts of the run, if its next live step is the first one under them
     */
    public BatchAssembler assembler(
            FeedSnapshot snapshot,
            LatentFormat format,
            TextEncoder encoder,
            List<RecordedStep> recorded,
            RemovedImages removed,
            Supplier<VersionedPolicy<MixturePolicy>> mixture,
            FeedLedger ledger,
            @Nullable LedgerRun changed) {
        FeedState state = new FeedState(topics, snapshot);
        LiveEvents live = new LiveEvents(state, queues, removed, mixture, ledger, changed);
        return new BatchAssembler(state, format, topics, encoder, live.after(recorded, topics), meters);
    }

    /**
     * Returns the assembler of the batches of a run that replays another one, from a feed of ranges.
     *
     * @param recorded steps that the run's own ledger has after the snapshot
     * @param ledger the run's own ledger
     */
    public BatchAssembler replaying(
            FeedSnapshot snapshot,
            LatentFormat format,
            TextEncoder encoder,
            List<RecordedStep> recorded,
            RemovedImages removed,
            Replay replay,
            FeedLedger ledger) {
        FeedState state = new FeedState(topics, snapshot);
        StepEvents.Source steps = new ReplaySequence(
                state, topics, queues, Objects.requireNonNull(ranges), recorded, removed, replay, ledger);
        return new BatchAssembler(state, format, topics, encoder, steps, meters);
    }

    /**
     * Returns the assembler of the batches of a run on a dataset, from a feed of ranges.
     *
     * @param recorded steps that the run's own ledger has after the snapshot
     */
    public BatchAssembler onDataset(
            FeedSnapshot snapshot,
            LatentFormat format,
            TextEncoder encoder,
            List<RecordedStep> recorded,
            RemovedImages removed,
            DatasetRun run,
            FeedLedger ledger) {
        FeedState state = new FeedState(topics, snapshot);
        StepEvents.Source steps = new DatasetSequence(
                state, topics, queues, Objects.requireNonNull(ranges), recorded, run, removed, ledger);
        return new BatchAssembler(state, format, topics, encoder, steps, meters);
    }

    /** Returns a check of records, as a run would make it whose first latent is the first one that is checked. */
    public static FormatCheck check(KafkaConnection connection) {
        return new FormatCheck(
                new LatentValidator(connection.deserializer(connection.topics().latents("any")), null));
    }

    /** Decides what a run would do with a record. Not thread-safe. */
    public static final class FormatCheck implements DatasetScan.RecordCheck {
        private final LatentValidator validator;

        private FormatCheck(LatentValidator validator) {
            this.validator = validator;
        }

        /** Returns the format of the first valid latent; empty before it. */
        public Optional<LatentFormat> format() {
            return validator.format();
        }

        @Override
        public DatasetScan.Kind kind(ConsumerRecord<byte[], byte[]> record) {
            byte[] value = record.value();
            FeedItem item = validator.validate(
                    new RecordPosition(record.topic(), record.partition(), record.offset()),
                    record.key(),
                    record.headers(),
                    value == null ? null : ByteBuffer.wrap(value));
            if (item instanceof FeedItem.Accepted) {
                return DatasetScan.Kind.LATENT;
            }
            return item instanceof FeedItem.Removed ? DatasetScan.Kind.TOMBSTONE : DatasetScan.Kind.REFUSED;
        }
    }

    /** Sets the position that training has reached, which the group's offsets follow. */
    public void trained(long step, Collection<SourceState> states) {
        reader.trained(step, states);
    }

    /** Ends reading soon, and with it any wait for latents; from any thread, also before {@link #start}. */
    public void stop() {
        closing.countDown();
        reader.wakeup();
        resumed.completeExceptionally(new IllegalStateException("the feed was closed"));
    }

    @Override
    public void close() {
        stop();
        Thread reading = thread;
        if (reading != null) {
            boolean unused = Threads.join(reading, CLOSE_WITHIN);
        }
    }

    private void run(Function<Reader, List<RecordedStep>> opening) {
        Throwable end = new IllegalStateException("the feed was closed");
        try (reader) {
            resumed.complete(opening.apply(reader));
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
        resumed.completeExceptionally(end); // no effect if it was resumed
        queues.fail(end);
    }
}
