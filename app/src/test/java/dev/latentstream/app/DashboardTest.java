package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/** The dashboard queries only metrics and labels that stages serve. */
class DashboardTest {
    private static final Path FILE = Path.of("..", "config", "grafana", "dashboards", "latentstream.json");

    private static final Pattern SAMPLE = Pattern.compile("(?m)^((?:latentstream|kafka)_\\w+)(?:\\{(.*)})? ");
    private static final Pattern METRIC = Pattern.compile("(?:latentstream|kafka)_\\w+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(?:=~?|!=|!~)\"");
    private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    /** Labels that Prometheus adds to every sample. */
    private static final Set<String> PROMETHEUS_LABELS = Set.of("instance", "service");

    private record Query(String expression, String legend) {
        Set<String> metrics() {
            return new TreeSet<>(
                    METRIC.matcher(expression).results().map(MatchResult::group).toList());
        }

        Set<String> labels() {
            Set<String> labels = new TreeSet<>();
            LABEL.matcher(expression).results().forEach(label -> labels.add(label.group(1)));
            LEGEND.matcher(legend).results().forEach(label -> labels.add(label.group(1)));
            GROUPING.matcher(expression)
                    .results()
                    .forEach(labelled ->
                            labels.addAll(Arrays.asList(labelled.group(1).split(", ?", -1))));
            labels.removeAll(PROMETHEUS_LABELS);
            return labels;
        }
    }

    @Test
    void queriesOnlyServedMetrics() throws IOException {
        Map<String, Set<String>> served = labelsOf(scrape());

        for (Query query : queries()) {
            assertThat(query.metrics()).as(query.expression()).isNotEmpty();
            for (String metric : query.metrics()) {
                assertThat(served).as(query.expression()).containsKey(metric);
                assertThat(served.get(metric)).as(query.expression()).containsAll(query.labels());
            }
        }
    }

    @Test
    void showsRatesLagStallMixtureLossesRejectionsAndDeadLetters() throws IOException {
        assertThat(queries().stream().flatMap(query -> query.metrics().stream()))
                .contains(
                        "latentstream_stage_records_total",
                        "kafka_consumer_fetch_manager_records_lag_max",
                        "latentstream_trainer_stall_seconds_total",
                        "latentstream_mixture_realised",
                        "latentstream_trainer_source_loss",
                        "latentstream_dlq_total");
        assertThat(queries()).extracting(Query::expression).anyMatch(asked -> asked.contains("outcome!~"));
    }

    private static List<Query> queries() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : new ObjectMapper().readTree(FILE.toFile()).path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        target.path("expr").asText(),
                        target.path("legendFormat").asText()));
            }
        }
        assertThat(queries).hasSizeGreaterThan(10);
        return queries;
    }

    /** Returns the names of all samples that a process serves, with the names of their labels. */
    private static Map<String, Set<String>> labelsOf(String scrape) {
        Map<String, Set<String>> labels = new HashMap<>();
        SAMPLE.matcher(scrape).results().forEach(sample -> {
            Set<String> ofSample = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> ofSample.add(label.group(1)));
            }
        });
        return labels;
    }

    private static String scrape() {
        KafkaConnection connection = new KafkaConnection(new KafkaSettings());
        try (Meters meters = new Meters();
                Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        connection.readerProperties("any"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                Meters.Binding binding = meters.bind(consumer)) {
            assertThat(binding).isNotNull();
            for (Meter meter : Meter.values()) {
                use(meters, meter);
            }
            return meters.scrape();
        }
    }

    private static void use(Meters meters, Meter meter) {
        String[] labels = meter.labels().toArray(String[]::new);
        switch (meter.type()) {
            case COUNTER -> meters.count(meter, labels);
            case GAUGE -> meters.set(meter, 1, labels);
            case SUMMARY -> meters.record(meter, 1, labels);
            case TIMER -> meters.record(meter, Duration.ofSeconds(1), labels);
        }
    }
}
