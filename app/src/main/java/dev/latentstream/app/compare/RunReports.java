package dev.latentstream.app.compare;

import dev.latentstream.app.stages.TrainingPace;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The reports of a run that count, by step: those that a resumed run wrote again replace the ones that it wrote before.
 *
 * @param reports consecutive, or with gaps where retention deleted some
 */
record RunReports(List<TrainingMetrics> reports) {
    RunReports {
        reports = List.copyOf(reports);
    }

    /** Reads the reports of all runs. */
    static Map<String, RunReports> read(KafkaConnection connection, TopicReader reader) {
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        Map<String, List<TrainingMetrics>> runs = new HashMap<>();
        try (Deserializer<TrainingMetrics> deserializer = connection.lenientDeserializer(topic)) {
            reader.allOfLog(topic.name(), record -> {
                TrainingMetrics metrics = deserializer.deserialize(topic.name(), record.value());
                if (metrics != null && record.key() != null) {
                    runs.computeIfAbsent(record.key(), unused -> new ArrayList<>())
                            .add(metrics);
                }
            });
        }
        Map<String, RunReports> found = new HashMap<>();
        runs.forEach((run, written) -> found.put(run, of(written)));
        return found;
    }

    /** @param written in the order in which they were written */
    static RunReports of(List<TrainingMetrics> written) {
        NavigableMap<Long, TrainingMetrics> counting = new TreeMap<>();
        for (TrainingMetrics report : written) {
            counting.tailMap(firstStep(report), true).clear();
            counting.put(report.getStep(), report);
        }
        return new RunReports(List.copyOf(counting.values()));
    }

    /** Returns the loss of each step. */
    Map<Long, Float> losses() {
        Map<Long, Float> losses = new HashMap<>();
        for (TrainingMetrics report : reports) {
            for (int i = 0; i < report.getLosses().size(); i++) {
                losses.put(firstStep(report) + i, report.getLosses().get(i));
            }
        }
        return losses;
    }

    long lastStep() {
        return reports.isEmpty() ? 0 : reports.get(reports.size() - 1).getStep();
    }

    double imagesPerSecond() {
        return reports.isEmpty()
                ? 0
                : TrainingPace.of(reports, firstStep(reports.get(0)) - 1).imagesPerSecond();
    }

    private static long firstStep(TrainingMetrics report) {
        return report.getStep() - report.getLosses().size() + 1;
    }
}
