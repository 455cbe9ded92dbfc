package dev.latentstream.app.status;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Faults that leave every stage running, in words, by the meters of the stages' process. */
final class Alarms {
    private record Alarm(String meter, String text) {}

    /** The texts name the labels of their meters. */
    private static final List<Alarm> ALARMS = List.of(
            new Alarm("latentstream_cluster_silent_seconds", "the cluster has not answered for %d s"),
            new Alarm(
                    "latentstream_stage_lost_total",
                    "{stage}: %d records of {topic} were deleted before they were read"),
            new Alarm("latentstream_dlq_total", "{stage}: %d dead letters ({reason})"),
            new Alarm(
                    "latentstream_stage_misplaced_total",
                    "{stage}: %d records of {topic} were not in the partition of their key"),
            new Alarm(
                    "latentstream_latent_topic_recreated_total",
                    "the latent topic of source {source} was deleted in use (%d times)"),
            new Alarm(
                    "latentstream_transaction_waiting", "%d offsets of {topic} wait for a transaction that stays open"),
            new Alarm("latentstream_latents_unread", "no consumer group reads the %d latents of source {source}"));

    private Alarms() {}

    /** @param meters as returned by {@link PrometheusText#ours} */
    static List<String> of(Map<String, Double> meters) {
        return ALARMS.stream().flatMap(alarm -> lines(alarm, meters)).toList();
    }

    private static Stream<String> lines(Alarm alarm, Map<String, Double> meters) {
        return meters.entrySet().stream().flatMap(meter -> line(alarm, meter.getKey(), meter.getValue()).stream());
    }

    private static Optional<String> line(Alarm alarm, String meter, double value) {
        boolean shown = value > 0 && (meter.equals(alarm.meter()) || meter.startsWith(alarm.meter() + "{"));
        if (!shown) {
            return Optional.empty();
        }
        String text = alarm.text().formatted(Math.round(value));
        for (Map.Entry<String, String> label : PrometheusText.labels(meter).entrySet()) {
            text = text.replace("{" + label.getKey() + "}", label.getValue());
        }
        return Optional.of(text);
    }
}
