package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.Threads;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates topics at their first use, and again if they are deleted while records are written to them. A producer waits for a missing
 * topic, and with it all other records of its transaction.
 *
 * <p>Thread-safe. A topic that is no longer used stays deleted.
 */
public final class TopicKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicKeeper.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);

    /** A producer tries to deliver a record for this long after its last use of a topic. */
    private static final long IN_USE_NANOS = Duration.ofMinutes(5).toNanos();

    private final Existing existing;
    private final Consumer<Topic<?>> create;
    private final Consumer<Topic<?>> recreated;
    private final LongSupplier nanoTime;
    private final Map<String, Use> uses = new ConcurrentHashMap<>();
    private final ScheduledExecutorService checks =
            Executors.newSingleThreadScheduledExecutor(Threads.daemons("topic-keeper"));

    private record Use(Topic<?> topic, long nanos) {}

    /** Lists the topics of a cluster. */
    interface Existing extends AutoCloseable {
        Set<String> names() throws Exception;

        @Override
        default void close() {}
    }

    TopicKeeper(Existing existing, Consumer<Topic<?>> create, Consumer<Topic<?>> recreated, LongSupplier nanoTime) {
        this.existing = existing;
        this.create = create;
        this.recreated = recreated;
        this.nanoTime = nanoTime;
    }

    /**
     * Creates a keeper with an admin client of the connection.
     *
     * @param recreated called for a topic that was deleted while it was used, and exists again
     */
    public static TopicKeeper of(KafkaConnection connection, Consumer<Topic<?>> recreated) {
        TopicSetup setup = new TopicSetup(connection);
        Admin admin = connection.admin();
        Existing existing = new Existing() {
            @Override
            public Set<String> names() throws Exception {
                return admin.listTopics().names().get();
            }

            @Override
            public void close() {
                admin.close(CHECK_EVERY);
            }
        };
        return new TopicKeeper(existing, topic -> setup.ensure(List.of(topic)), recreated, System::nanoTime);
    }

    /** Starts to look for deleted topics every second. */
    public void start() {
        var unused = checks.scheduleWithFixedDelay(
                this::tryCheck, CHECK_EVERY.toMillis(), CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns once the topic exists; called before each record that is written to it. */
    public void require(Topic<?> topic) {
        Use now = new Use(topic, nanoTime.getAsLong());
        if (!uses.containsKey(topic.name())) {
            create.accept(topic);
        }
        uses.put(topic.name(), now);
    }

    @Override
    public void close() {
        checks.shutdownNow();
        existing.close();
    }

    /** Creates the topics in use that do not exist any more. */
    void check() throws Exception {
        uses.values().removeIf(use -> nanoTime.getAsLong() - use.nanos() > IN_USE_NANOS);
        if (uses.isEmpty()) {
            return;
        }
        Set<String> names = existing.names();
        for (Use use : uses.values()) {
            if (!names.contains(use.topic().name())) {
                LOG.atWarn()
                        .addKeyValue("topic", use.topic().name())
                        .log("deleted while records are written to it; it is created again");
                create.accept(use.topic());
                recreated.accept(use.topic());
            }
        }
    }

    private void tryCheck() {
        try {
            check();
        } catch (Exception failed) { // the next check may succeed
            LOG.atDebug().setCause(failed).log("topics not checked");
        }
    }
}
