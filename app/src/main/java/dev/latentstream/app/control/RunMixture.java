package dev.latentstream.app.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.topics.HiddenRecords;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.policy.MixtureSchedule;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.Mixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The mixture of one run: what its policy says at the step that it has reached, and what is to come.
 *
 * @param metrics the last report of the run
 * @param policy the mixture policy at present
 * @param sources the sources that have latents
 * @param hidden what may hide later reports of the run
 */
record RunMixture(
        String run,
        TrainingMetrics metrics,
        VersionedPolicy<MixturePolicy> policy,
        Set<String> sources,
        Optional<HiddenRecords> hidden) {
    /** So many of the newest reports that each running trainer has one among them. */
    private static final int NEWEST = 64;

    private record Report(int partition, TrainingMetrics metrics) {}

    RunMixture {
        sources = new TreeSet<>(sources);
    }

    /** Reads the last report of a run. */
    static RunMixture read(KafkaConnection connection, String run, VersionedPolicy<MixturePolicy> policy) {
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        Map<String, Report> runs = new TreeMap<>();
        try (TopicReader reader = new TopicReader(connection);
                Deserializer<TrainingMetrics> deserializer = connection.lenientDeserializer(topic)) {
            List<HiddenRecords> hidden = reader.hidden(topic.name());
            for (ConsumerRecord<String, byte[]> record : reader.last(topic.name(), NEWEST)) {
                TrainingMetrics metrics = deserializer.deserialize(topic.name(), record.headers(), record.value());
                if (record.key() != null && metrics != null) { // a trainer's
                    runs.put(record.key(), new Report(record.partition(), metrics));
                }
            }
            Report last = runs.get(run);
            if (last == null) {
                throw none(run, topic.name(), runs.keySet(), hidden);
            }
            Set<String> sources = reader.latents(connection.topics()).stream()
                    .map(connection.topics()::sourceOfLatents)
                    .collect(Collectors.toSet());
            Optional<HiddenRecords> ofRun = hidden.stream()
                    .filter(records -> last.partition() == records.partition())
                    .findFirst();
            return new RunMixture(run, last.metrics(), policy, sources, ofRun);
        }
    }

    /** Returns the runs with a report among the newest ones. */
    static Set<String> reported(KafkaConnection connection) {
        Set<String> runs = new TreeSet<>();
        try (TopicReader reader = new TopicReader(connection)) {
            for (ConsumerRecord<String, byte[]> record :
                    reader.last(connection.topics().trainingMetrics().name(), NEWEST)) {
                if (record.key() != null) {
                    runs.add(record.key());
                }
            }
        }
        return runs;
    }

    private static Failure none(String run, String topic, Set<String> runs, List<HiddenRecords> hidden) {
        return new Failure("no run %s in the newest reports of %s; there are %s%s"
                .formatted(
                        run,
                        topic,
                        Names.listed(runs),
                        hidden.stream().map(records -> "; " + records).collect(Collectors.joining())));
    }

    List<String> lines() {
        MixturePolicy now = now();
        List<String> lines = new ArrayList<>();
        lines.add("run %s at step %d, mixture version %d%s"
                .formatted(
                        run,
                        metrics.getStep(),
                        policy.version(),
                        metrics.getMixturePolicy() == policy.version()
                                ? ""
                                : " (its last report was under version %d)".formatted(metrics.getMixturePolicy())));
        lines.add("  sampled    " + shares(Mixture.shares(now, sources)));
        lines.add("  realised   " + shares(new TreeMap<>(metrics.getMixture())));
        lines.add("  objective  " + shares(Mixture.objective(now, sources)));
        lines.add("  captions   alt text %s, levels %s, dropped %s"
                .formatted(number(now.getAltTextProbability()), levels(now), number(now.getCaptionDrop())));
        MixtureSchedule.ahead(policy.policy(), metrics.getStep())
                .forEach(ramp -> lines.add("  to come    " + RampCodec.text(ramp)));
        hidden.ifPresent(records -> lines.add("  hidden     " + records));
        return lines;
    }

    ObjectNode json() {
        MixturePolicy now = now();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("run", run);
        node.put("step", metrics.getStep());
        node.put("version", policy.version());
        node.put("reported_version", metrics.getMixturePolicy());
        node.set("policy", RecordJson.record(now));
        Mixture.shares(now, sources).forEach(node.putObject("sampled")::put);
        metrics.getMixture().forEach(node.putObject("realised")::put);
        Mixture.objective(now, sources).forEach(node.putObject("objective")::put);
        ArrayNode ahead = node.putArray("to_come");
        MixtureSchedule.ahead(policy.policy(), metrics.getStep()).forEach(ramp -> ahead.add(RampCodec.text(ramp)));
        hidden.ifPresent(records -> node.put("hidden", records.toString()));
        return node;
    }

    private MixturePolicy now() {
        return MixtureSchedule.at(policy.policy(), metrics.getStep());
    }

    private static String levels(MixturePolicy policy) {
        return policy.getLevelWeights().isEmpty()
                ? "alike"
                : new TreeMap<>(policy.getLevelWeights())
                        .entrySet().stream()
                                .map(level -> level.getKey() + " " + number(level.getValue()))
                                .collect(Collectors.joining(", "));
    }

    private static String shares(Map<String, Double> shares) {
        return shares.isEmpty()
                ? "none"
                : shares.entrySet().stream()
                        .map(share -> String.format(
                                Locale.ROOT,
                                "%s %.1f %%",
                                share.getKey(),
                                100 * Objects.requireNonNull(share.getValue())))
                        .collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
