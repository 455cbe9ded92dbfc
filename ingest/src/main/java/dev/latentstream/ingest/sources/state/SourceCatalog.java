package dev.latentstream.ingest.sources.state;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The sources of a cluster, as commands see and change them. Whoever changes one fences its runner. */
public final class SourceCatalog {
    private final KafkaConnection connection;
    private final SourceReader stored;
    private final Clock clock;

    public SourceCatalog(KafkaConnection connection, Clock clock) {
        this.connection = connection;
        this.stored = new SourceReader(connection);
        this.clock = clock;
    }

    /** Returns the states of all sources by name. */
    public SortedMap<String, SourceState> all() {
        ensureTopics(connection);
        return stored.states();
    }

    /** Creates the topics that a source needs, where they do not exist. */
    public static void ensureTopics(KafkaConnection connection) {
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().imagesRaw(),
                        connection.topics().imagesRejected(),
                        connection.topics().sources(),
                        connection.topics().sourceItems()));
    }

    /**
     * Returns the state of a source.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public SourceState named(String source) {
        SortedMap<String, SourceState> all = all();
        SourceState state = all.get(source);
        if (state == null) {
            throw new IllegalArgumentException(
                    "there is no source %s; there are %s".formatted(source, Names.listed(all.keySet())));
        }
        return state;
    }

    /** Stops the runner of a source, and every later one, until it is resumed. */
    public SourceState pause(String source, String author, String reason) {
        named(source);
        return change(source, author, reason, SourceStatus.PAUSED);
    }

    /** Lets a paused source continue: a runner that waits does so now. One that is not paused stays as it is. */
    public SourceState resume(String source, String author, String reason) {
        SourceState state = named(source);
        return state.getStatus() == SourceStatus.PAUSED ? change(source, author, reason, SourceStatus.STOPPED) : state;
    }

    /** Returns once a source is not paused. */
    public void awaitResumed(String source) throws InterruptedException {
        try (SourceFollower follower = new SourceFollower(connection, source)) {
            follower.start();
            follower.awaitResumed();
        }
    }

    /** Stops the runner of a source and forgets what it has delivered. */
    public void remove(String source) {
        named(source);
        try (SourceTransactions transactions = SourceTransactions.of(connection, source)) {
            transactions.start();
            new SourceRemoval(source, connection.topics(), transactions, stored)
                    .forget(named(source), Writers.name(), clock.instant());
        } catch (WriterFencedException other) {
            throw isChanged(source, other);
        }
    }

    private SourceState change(String source, String author, String reason, SourceStatus status) {
        try (SourceTransactions transactions = SourceTransactions.of(connection, source)) {
            transactions.start();
            SourceState changed = SourceState.newBuilder(named(source)) // as the fenced runner has committed it
                    .setStatus(status)
                    .setAuthor(author)
                    .setReason(reason)
                    .setWriter(Writers.name())
                    .setTime(clock.instant())
                    .build();
            transactions.await(transactions.commit(
                    List.of(new ProducerRecord<>(connection.topics().sources().name(), source, changed))));
            return changed;
        } catch (WriterFencedException other) {
            throw isChanged(source, other);
        }
    }

    private static ClusterException isChanged(String source, WriterFencedException other) {
        return new ClusterException(
                "the source %s was taken by another runner or command at the same time: try again".formatted(source),
                other);
    }
}
