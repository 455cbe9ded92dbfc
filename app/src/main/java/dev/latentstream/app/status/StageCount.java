package dev.latentstream.app.status;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The number of records that a stage has processed with one outcome, since its process started. */
record StageCount(String stage, String outcome, long records) {
    private static final String METER = "latentstream_stage_records_total{";

    /**
     * Sums over the sources.
     *
     * @param meters as returned by {@link PrometheusText#ours}
     */
    static List<StageCount> of(Map<String, Double> meters) {
        Map<String, Map<String, Double>> stages = new TreeMap<>();
        meters.forEach((meter, value) -> {
            if (meter.startsWith(METER)) {
                Map<String, String> labels = PrometheusText.labels(meter);
                stages.computeIfAbsent(labels.getOrDefault("stage", ""), stage -> new TreeMap<>())
                        .merge(labels.getOrDefault("outcome", ""), value, Double::sum);
            }
        });
        return stages.entrySet().stream()
                .flatMap(stage -> stage.getValue().entrySet().stream()
                        .map(outcome ->
                                new StageCount(stage.getKey(), outcome.getKey(), Math.round(outcome.getValue()))))
                .toList();
    }
}
