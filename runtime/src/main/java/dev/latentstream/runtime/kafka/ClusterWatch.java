package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices why a pipeline stands still although none of its stages fails: a cluster that does not answer, a transaction that somebody
 * left open, a source that nobody reads. Each is a meter, and a log line a minute. A cluster that is silent for longer than {@code
 * kafka.patience} is a failure.
 */
public final class ClusterWatch implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final long REMIND_NANOS = Duration.ofMinutes(1).toNanos();

    /** A busy host answers late; silence shorter than this is no news. */
    private static final long SILENT_NANOS = Duration.ofSeconds(30).toNanos();

    /** The longest transaction of a stage; any longer one is left open. */
    private static final long OPEN_NANOS = Duration.ofSeconds(30).toNanos();

    private final ClusterView view;
    private final Topics topics;
    private final Duration patience;
    private final Meters meters;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(Threads.daemons("cluster-watch"));
    /** The first unreadable offset of each partition, with the time since when it has been. */
    private final Map<TopicPartition, Held> held = new HashMap<>();

    private final Map<String, Long> unreadSince = new HashMap<>();
    private final Map<String, Long> remindedAt = new HashMap<>();
    private long answeredAt;
    private volatile @Nullable Throwable failure;

    private record Held(long offset, long since) {}

    ClusterWatch(ClusterView view, Topics topics, Duration patience, Meters meters, LongSupplier nanoTime) {
        this.view = view;
        this.topics = topics;
        this.patience = patience;
        this.meters = meters;
        this.nanoTime = nanoTime;
        this.answeredAt = nanoTime.getAsLong();
    }

    /** Creates a watch without starting it. */
    public static ClusterWatch of(KafkaConnection connection, Meters meters) {
        return of(connection, meters, System::nanoTime);
    }

    /** Creates a watch by another clock. */
    public static ClusterWatch of(KafkaConnection connection, Meters meters, LongSupplier nanoTime) {
        return new ClusterWatch(
                ClusterView.of(connection),
                connection.topics(),
                connection.settings().faults().patience(),
                meters,
                nanoTime);
    }

    @Override
    public String name() {
        return "cluster-watch";
    }

    @Override
    public void start() {
        answeredAt = nanoTime.getAsLong();
        var unused = looks.scheduleWithFixedDelay(
                this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        looks.shutdownNow();
        view.close();
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Looks once; a started watch does so by itself, on its own thread. */
    public void look() {
        try {
            ClusterView.Offsets offsets = view.read();
            answeredAt = nanoTime.getAsLong();
            meters.set(Meter.CLUSTER_SILENT_SECONDS, 0);
            showOpenTransactions(offsets);
            showUnreadSources(offsets);
        } catch (InterruptException closed) {
            Thread.currentThread().interrupt();
        } catch (Exception unanswered) {
            showSilence(unanswered);
        }
    }

    private void showSilence(Exception unanswered) {
        long silent = nanoTime.getAsLong() - answeredAt;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(silent);
        meters.set(Meter.CLUSTER_SILENT_SECONDS, (double) seconds);
        if (silent > SILENT_NANOS && isDue("cluster")) {
            LOG.atWarn().log("the Kafka cluster has not answered for {} s: {}", seconds, unanswered.toString());
        }
        if (silent > patience.toNanos() && failure == null) {
            failure = new ClusterException(
                    "the Kafka cluster has not answered for %d s (kafka.patience): is it running?".formatted(seconds),
                    unanswered);
        }
    }

    private void showOpenTransactions(ClusterView.Offsets offsets) {
        long now = nanoTime.getAsLong();
        Map<String, Long> waiting = new TreeMap<>();
        offsets.ends().forEach((partition, end) -> {
            long stable = offsets.stableEnds().getOrDefault(partition, end);
            if (stable >= end) {
                held.remove(partition);
                waiting.merge(partition.topic(), 0L, Long::sum);
                return;
            }
            Held before = held.get(partition);
            if (before == null || before.offset() != stable) {
                before = new Held(stable, now);
                held.put(partition, before);
            }
            boolean open = now - before.since() > OPEN_NANOS;
            waiting.merge(partition.topic(), open ? end - stable : 0L, Long::sum);
            if (open && isDue(partition.toString())) {
                LOG.atWarn()
                        .log(
                                "{} offsets of {} wait for a transaction that has been open since offset {} for {} s",
                                end - stable,
                                partition,
                                stable,
                                TimeUnit.NANOSECONDS.toSeconds(now - before.since()));
            }
        });
        waiting.forEach((topic, count) -> meters.set(Meter.TRANSACTION_WAITING, count, topic));
    }

    private void showUnreadSources(ClusterView.Offsets offsets) {
        Map<String, Long> unread = new TreeMap<>();
        offsets.ends().forEach((partition, end) -> {
            if (topics.isLatents(partition.topic())) {
                long count = end - offsets.starts().getOrDefault(partition, 0L);
                unread.merge(
                        partition.topic(), offsets.readTopics().contains(partition.topic()) ? 0 : count, Long::sum);
            }
        });
        unread.forEach((topic, count) -> {
            String source = topics.sourceOfLatents(topic);
            meters.set(Meter.LATENTS_UNREAD, count, source);
            long now = nanoTime.getAsLong();
            if (count == 0) {
                unreadSince.remove(topic);
            } else if (now - unreadSince.computeIfAbsent(topic, first -> now) >= REMIND_NANOS && isDue(topic)) {
                LOG.atWarn()
                        .addKeyValue("latents", count)
                        .log("no consumer group reads the latents of source {}", source);
            }
        });
    }

    private boolean isDue(String subject) {
        long now = nanoTime.getAsLong();
        Long last = remindedAt.get(subject);
        if (last != null && now - last < REMIND_NANOS) {
            return false;
        }
        remindedAt.put(subject, now);
        return true;
    }
}
