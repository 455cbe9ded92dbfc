package dev.latentstream.runtime.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;

/** The values of all meters; one instance per process. Thread-safe. Label values are passed in the order of {@link Meter#labels}. */
public final class Meters implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Labelled, Level> levels = new ConcurrentHashMap<>();
    private final Map<Labelled, Counter> counters = new ConcurrentHashMap<>(); // building one anew takes a microsecond
    private final Map<Labelled, DistributionSummary> summaries = new ConcurrentHashMap<>();
    private final Map<Labelled, Timer> timers = new ConcurrentHashMap<>();

    private record Labelled(Meter meter, List<String> labels) {}

    /** The value of a gauge, kept here because the registry has only a weak reference to it. */
    private static final class Level {
        private volatile double value;
    }

    /** Adds one to a counter. */
    public void count(Meter meter, String... labels) {
        add(meter, 1, labels);
    }

    /** Adds to a counter, in its unit. */
    public void add(Meter meter, double amount, String... labels) {
        require(meter, Meter.Type.COUNTER);
        counter(meter, labels).increment(amount);
    }

    /** Sets a gauge. */
    public void set(Meter meter, double value, String... labels) {
        require(meter, Meter.Type.GAUGE);
        level(meter, labels).value = value;
    }

    /** Adds one value to a summary, in its unit. */
    public void record(Meter meter, double value, String... labels) {
        require(meter, Meter.Type.SUMMARY);
        summary(meter, labels).record(value);
    }

    /** Adds one duration to a timer. */
    public void record(Meter meter, Duration value, String... labels) {
        require(meter, Meter.Type.TIMER);
        timer(meter, labels).record(value);
    }

    /** Returns the value of a counter or gauge, or the mean of a summary, or of a timer in seconds. */
    public double value(Meter meter, String... labels) {
        return switch (meter.type()) {
            case COUNTER -> counter(meter, labels).count();
            case GAUGE -> level(meter, labels).value;
            case SUMMARY -> summary(meter, labels).mean();
            case TIMER -> timer(meter, labels).mean(TimeUnit.SECONDS);
        };
    }

    /** Returns the sum of a meter's counters that have these labels, whatever their other labels. */
    public double total(Meter meter, Map<String, String> labels) {
        require(meter, Meter.Type.COUNTER);
        List<Tag> tags = labels.entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList();
        return registry.find(meter.id()).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** Exposes the client's own metrics until the result is closed. */
    public Binding bind(Consumer<?, ?> consumer) {
        KafkaClientMetrics metrics = new KafkaClientMetrics(consumer);
        metrics.bindTo(registry);
        return metrics::close;
    }

    /** Exposes the client's own metrics until the result is closed. */
    public Binding bind(Producer<?, ?> producer) {
        KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(registry);
        return metrics::close;
    }

    /** Exposes the application's own metrics until the result is closed. */
    public Binding bind(KafkaStreams streams) {
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(registry);
        return metrics::close;
    }

    /** The exposed metrics of one client; closing it removes them. */
    @FunctionalInterface
    public interface Binding extends AutoCloseable {
        @Override
        void close();
    }

    /** Returns all meters in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private Counter counter(Meter meter, String... labels) {
        return counters.computeIfAbsent(new Labelled(meter, List.of(labels)), first -> Counter.builder(meter.id())
                .baseUnit(meter.unit())
                .description(meter.description())
                .tags(tags(meter, labels))
                .register(registry));
    }

    private DistributionSummary summary(Meter meter, String... labels) {
        return summaries.computeIfAbsent(
                new Labelled(meter, List.of(labels)), first -> DistributionSummary.builder(meter.id())
                        .baseUnit(meter.unit())
                        .description(meter.description())
                        .tags(tags(meter, labels))
                        .serviceLevelObjectives(meter.buckets())
                        .register(registry));
    }

    private Timer timer(Meter meter, String... labels) {
        return timers.computeIfAbsent(new Labelled(meter, List.of(labels)), first -> {
            Duration[] buckets = Arrays.stream(meter.buckets())
                    .mapToObj(seconds -> Duration.ofNanos((long) (seconds * 1e9)))
                    .toArray(Duration[]::new);
            return Timer.builder(meter.id())
                    .description(meter.description())
                    .tags(tags(meter, labels))
                    .serviceLevelObjectives(buckets)
                    .register(registry);
        });
    }

    private Level level(Meter meter, String... labels) {
        return levels.computeIfAbsent(new Labelled(meter, List.of(labels)), first -> {
            Level level = new Level();
            Gauge.builder(meter.id(), level, shown -> shown.value)
                    .baseUnit(meter.unit())
                    .description(meter.description())
                    .tags(tags(meter, labels))
                    .register(registry);
            return level;
        });
    }

    private static Tags tags(Meter meter, String... labels) {
        if (labels.length != meter.labels().size()) {
            throw new IllegalArgumentException(
                    "%s has the labels %s, not %d of them".formatted(meter, meter.labels(), labels.length));
        }
        return Tags.of(IntStream.range(0, labels.length)
                .mapToObj(i -> Tag.of(meter.labels().get(i), labels[i]))
                .toList());
    }

    private static void require(Meter meter, Meter.Type type) {
        if (meter.type() != type) {
            throw new IllegalArgumentException("%s is a %s, not a %s".formatted(meter, meter.type(), type));
        }
    }
}
