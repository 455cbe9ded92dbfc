package dev.latentstream.ingest.sources.state;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.DeliveredItem;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import dev.latentstream.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one source while a runner holds it: what was delivered, and the transactions that deliver more. Not thread-safe.
 *
 * <p>It starts by fencing every other writer and reading what they have committed. Once somebody else has the source, every method throws
 * a {@link SourceLostException}, and nothing more is written.
 */
public final class SourceLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLog.class);

    /** The longest time until the state of whoever fenced this writer arrives; a writer writes it at once. */
    private static final Duration LEARN_WITHIN = Duration.ofSeconds(5);

    private final String source;
    private final String writer;
    private final Topics topics;
    private final SourceTransactions transactions;
    private final StoredSources stored;
    private final SourceFollower follower;
    private final Clock clock;
    private final Duration learnWithin;
    private final ItemTable items = new ItemTable();
    private CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);
    private @Nullable SourceState state;

    SourceLog(
            String source,
            String writer,
            Topics topics,
            Producer<String, SpecificRecord> producer,
            StoredSources stored,
            SourceFollower follower,
            Clock clock,
            Duration patience) {
        this.source = source;
        this.writer = writer;
        this.topics = topics;
        this.transactions = new SourceTransactions(source, producer, patience);
        this.stored = stored;
        this.follower = follower;
        this.clock = clock;
        this.learnWithin = patience.compareTo(LEARN_WITHIN) < 0 ? patience : LEARN_WITHIN;
    }

    /** Returns the log of a source on a cluster that has its topics. */
    public static SourceLog of(KafkaConnection connection, String source) {
        return new SourceLog(
                source,
                Writers.name(),
                connection.topics(),
                SourceTransactions.producer(connection, source),
                new SourceReader(connection),
                new SourceFollower(connection, source),
                Clock.systemUTC(),
                connection.settings().faults().patience());
    }

    /**
     * Takes the source from whoever has it, and reads its items.
     *
     * @param origin what is read, for people
     * @throws SourceLostException if it is paused
     */
    public void start(String origin) {
        follower.start();
        follower.expect(writer);
        guarded(transactions::start);
        Optional<SourceState> found = stored.state(source);
        if (found.isPresent() && found.get().getStatus() == SourceStatus.PAUSED) {
            throw new SourceLostException(SourceLoss.of(found));
        }
        String topicId = stored.topicId();
        if (found.isPresent() && !isContinued(found.get(), topicId)) {
            forget(found.get());
            found = Optional.empty();
        }
        SourceState.Builder next = found.map(SourceState::newBuilder)
                .orElseGet(() -> SourceState.newBuilder().setTopicId(topicId).setPartition(stored.partition(source)));
        state = next.setOrigin(origin)
                .setStatus(SourceStatus.RUNNING)
                .setRun(Map.of())
                .setReason("")
                .setWriter(writer)
                .setTime(clock.instant())
                .build();
        stored.items(source, state.getPartition(), this::take);
        commit(new SourceBatch(List.of(), Map.of(), 0, 0, Optional.empty()), Map.of());
        settle();
    }

    /** Keeps the versions of items too, if it is called before the start: about 150 bytes an item. */
    public void keepVersions() {
        items.keepVersions();
    }

    /** Returns what was delivered under a URI, the batches that are being committed included. */
    public Optional<DeliveredItem> item(String uri) {
        return items.item(ItemKeys.key(source, uri));
    }

    /** Returns the number of items that were delivered. */
    public long items() {
        return items.size();
    }

    /** Returns the state as it is committed next. */
    public SourceState state() {
        return Objects.requireNonNull(state, "not started");
    }

    /**
     * Commits a batch while the caller continues; waits for the batch before.
     *
     * @param run counts of this run
     */
    public void commit(SourceBatch batch, Map<String, Long> run) {
        settle();
        SourceState before = state();
        state = SourceState.newBuilder(before)
                .setImages(before.getImages() + batch.images())
                .setRejected(before.getRejected() + batch.rejected())
                .setPosition(batch.position().or(before::getPosition).orElse(null))
                .setRun(run)
                .setTime(clock.instant())
                .build();
        List<ProducerRecord<String, SpecificRecord>> records = new ArrayList<>(batch.records());
        batch.items().forEach((uri, item) -> {
            String key = ItemKeys.key(source, uri);
            records.add(itemRecord(key, item));
            items.put(key, item);
        });
        records.add(new ProducerRecord<>(topics.sources().name(), source, state));
        inFlight = transactions.commit(records);
    }

    /** Returns once everything is committed. */
    public void settle() {
        guarded(() -> transactions.await(inFlight));
        inFlight = CompletableFuture.completedFuture(null);
    }

    /** Bounds the time that the cluster has to answer from now on: some seconds, after which the run ends with what is committed. */
    public void stop() {
        transactions.stop();
    }

    /** Commits the last state of this run. */
    public void end(SourceStatus status, String reason, Map<String, Long> run) {
        settle();
        state = SourceState.newBuilder(state())
                .setStatus(status)
                .setReason(reason)
                .build();
        commit(new SourceBatch(List.of(), Map.of(), 0, 0, Optional.empty()), run);
        settle();
    }

    /** Throws if somebody else has the source. */
    public void check() {
        follower.loss().ifPresent(loss -> {
            throw new SourceLostException(loss);
        });
    }

    @Override
    public void close() {
        transactions.close();
        follower.close();
    }

    private void take(String key, Optional<DeliveredItem> item) {
        item.ifPresentOrElse(one -> items.put(key, one), () -> items.remove(key));
    }

    private boolean isContinued(SourceState found, String topicId) {
        if (!found.getTopicId().equals(topicId)) {
            LOG.atWarn()
                    .addKeyValue("source", source)
                    .log(
                            "{} was recreated, so that what was sent before is forgotten",
                            topics.imagesRaw().name());
            return false;
        }
        return found.getStatus() != SourceStatus.REMOVING;
    }

    private void forget(SourceState found) {
        guarded(() -> new SourceRemoval(source, topics, transactions, stored).forget(found, writer, clock.instant()));
    }

    private ProducerRecord<String, SpecificRecord> itemRecord(String key, DeliveredItem item) {
        return new ProducerRecord<>(topics.sourceItems().name(), state().getPartition(), key, item);
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (WriterFencedException fenced) {
            SourceLoss loss = learn();
            LOG.atDebug().setCause(fenced).log("{}: {}", source, loss);
            throw new SourceLostException(loss);
        }
    }

    private SourceLoss learn() {
        try {
            return follower.awaitLoss(learnWithin).orElseGet(SourceLoss.Expired::new);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new SourceLoss.Expired();
        }
    }
}
