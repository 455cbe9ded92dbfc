package dev.latentstream.app.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.control.PolicyView;
import dev.latentstream.app.status.ClusterStatus.GroupStatus;
import dev.latentstream.app.status.ClusterStatus.TopicStatus;
import dev.latentstream.app.topics.HiddenRecords;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.ScoringStage;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the state of a pipeline from its cluster and its metrics. */
final class StatusReader {
    /** So many of the newest records that each running trainer has one among them. */
    private static final int NEWEST_METRICS = 64;

    /** The state of a stage that has no group on the cluster yet. */
    private static final String ABSENT = "absent";

    /** A broker that accepts connections and does not answer would cost a minute. */
    private static final ListTopicsOptions FIRST_ANSWER = new ListTopicsOptions().timeoutMs(10_000);

    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(3);

    private final KafkaConnection connection;
    private final Optional<URI> metrics;

    /** @param metrics endpoint of the stages' process, if it is known */
    StatusReader(KafkaConnection connection, Optional<URI> metrics) {
        this.connection = connection;
        this.metrics = metrics;
    }

    /** @param interval over which rates are measured */
    ClusterStatus read(Duration interval) throws ExecutionException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(Threads.daemons("status"));
        try (Admin admin = connection.admin()) {
            // Most of the time goes into the start of the clients, so they start at the same time, during the interval.
            Future<Map<String, Double>> meters = threads.submit(this::meters);
            Set<String> topics = admin.listTopics(FIRST_ANSWER).names().get();
            Future<Map<String, JsonNode>> training = threads.submit(() -> training(topics));
            Future<List<HiddenRecords>> hidden = threads.submit(() -> HiddenRecords.of(
                    admin, connection.topics().trainingMetrics().name(), Instant.now()));
            Future<Map<String, Policy>> policies = threads.submit(() -> policies(topics));
            OffsetsSample first =
                    OffsetsSample.take(admin, connection.settings().topicPrefix(), topics);
            long left = interval.toNanos() - (System.nanoTime() - first.nanoTime());
            new CountDownLatch(1).await(left, TimeUnit.NANOSECONDS);
            OffsetsSample second = first.again(admin);
            return new ClusterStatus(
                    connection.settings().bootstrapServers(),
                    topics(first, second),
                    groups(topics, first, second),
                    training.get(),
                    hidden.get(),
                    PolicyView.json(PolicyView.withBuiltIn(policies.get())),
                    StageCount.of(meters.get()),
                    meters.get());
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<TopicStatus> topics(OffsetsSample first, OffsetsSample second) {
        Map<String, Long> before = OffsetsSample.byTopic(first.ends());
        Map<String, Long> starts = OffsetsSample.byTopic(second.starts());
        Map<String, Long> waiting = second.waiting();
        Map<String, Integer> partitions = new TreeMap<>();
        second.ends().keySet().forEach(partition -> partitions.merge(partition.topic(), 1, Integer::sum));
        return OffsetsSample.byTopic(second.ends()).entrySet().stream()
                .map(end -> new TopicStatus(
                        end.getKey(),
                        partitions.getOrDefault(end.getKey(), 0),
                        end.getValue() - starts.getOrDefault(end.getKey(), 0L),
                        waiting.getOrDefault(end.getKey(), 0L),
                        perSecond(end.getValue() - before.getOrDefault(end.getKey(), end.getValue()), first, second)))
                .toList();
    }

    private List<GroupStatus> groups(Set<String> existing, OffsetsSample first, OffsetsSample second) {
        Map<String, Set<String>> stages = stages(existing);
        Set<String> names = new TreeSet<>(stages.keySet());
        names.addAll(second.groups().keySet());
        return names.stream()
                .map(name -> {
                    Optional<ConsumerGroupDescription> group =
                            Optional.ofNullable(second.groups().get(name));
                    return new GroupStatus(
                            name,
                            group.map(found -> found.groupState().toString()).orElse(ABSENT),
                            group.map(found -> found.members().size()).orElse(0),
                            second.lag(name, stages.getOrDefault(name, Set.of())),
                            second.waiting(name, stages.getOrDefault(name, Set.of())),
                            perSecond(second.progress(name) - first.progress(name), first, second));
                })
                .toList();
    }

    /** Returns the groups of the stages that every pipeline has, and of scoring if it has models, each with the topics that it reads. */
    private Map<String, Set<String>> stages(Set<String> existing) {
        Topics topics = connection.topics();
        Map<String, Set<String>> stages = new TreeMap<>(Map.of(
                connection.groupId(IngestStage.NAME), Set.of(topics.imagesRaw().name()),
                connection.groupId(CaptioningStage.NAME), Set.of(topics.images().name()),
                connection.groupId(EncoderStages.ENCODING),
                        Set.of(topics.images().name()),
                connection.groupId(EncoderStages.JOIN),
                        Set.of(topics.captions().name(), topics.encodings().name())));
        if (existing.contains(topics.imagesUnscored().name())) {
            stages.put(
                    connection.groupId(ScoringStage.NAME),
                    Set.of(topics.imagesUnscored().name()));
            stages.put(
                    connection.groupId(IngestStage.NAME),
                    Set.of(topics.imagesRaw().name(), topics.imagesScored().name()));
        }
        return stages;
    }

    private static double perSecond(long difference, OffsetsSample first, OffsetsSample second) {
        double seconds = (second.nanoTime() - first.nanoTime()) / 1e9;
        return Math.round(difference / seconds * 10) / 10.0;
    }

    private Map<String, JsonNode> training(Set<String> topics) {
        String topic = connection.topics().trainingMetrics().name();
        Map<String, JsonNode> runs = new TreeMap<>();
        if (topics.contains(topic)) {
            try (TopicReader reader = new TopicReader(connection);
                    Deserializer<GenericRecord> deserializer = connection.genericDeserializer()) {
                RecordJson json = new RecordJson(deserializer);
                for (ConsumerRecord<String, byte[]> record : reader.last(topic, NEWEST_METRICS)) {
                    if (record.key() != null) { // a trainer's
                        runs.put(record.key(), json.of(record).path("value"));
                    }
                }
            }
        }
        return runs;
    }

    private Map<String, Policy> policies(Set<String> topics) {
        if (!topics.contains(connection.topics().control().name())) {
            return Map.of();
        }
        try (Meters unused = new Meters()) {
            return Policies.current(connection, unused).all();
        }
    }

    private Map<String, Double> meters() throws IOException, InterruptedException {
        if (metrics.isEmpty()) {
            return Map.of();
        }
        HttpClient client = HttpClient.newBuilder().connectTimeout(HTTP_TIMEOUT).build();
        HttpRequest request =
                HttpRequest.newBuilder(metrics.get()).timeout(HTTP_TIMEOUT).build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return PrometheusText.ours(response.body());
        } catch (IOException unreachable) { // the stages run elsewhere, or not at all
            return Map.of();
        }
    }
}
