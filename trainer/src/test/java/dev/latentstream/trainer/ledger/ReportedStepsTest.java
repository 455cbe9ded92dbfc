package dev.latentstream.trainer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.LogConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReportedStepsTest {
    private static final TopicPartition AT = new TopicPartition("training-metrics", 0);

    private final LogConsumer<String, TrainingMetrics> consumer = new LogConsumer<>();
    private final List<ConsumerRecord<String, TrainingMetrics>> records = new ArrayList<>();

    /** A run that went back to an earlier checkpoint has trained to where its newest report is. */
    @Test
    void theNewestReportOfTheRunCountsAlsoIfAnEarlierOneHasALaterStep() {
        report("run", 10);
        report("run", 20);
        report("run", 15);
        report("other", 40);

        assertThat(last()).hasValue(15);
    }

    @Test
    void aRunWithoutReportsHasNone() {
        report("other", 40);

        assertThat(last()).isEmpty();
    }

    private OptionalLong last() {
        consumer.with(AT, records);
        return ReportedSteps.last(AT.topic(), "run", consumer, consumer::endOffsets, Duration.ofSeconds(10));
    }

    private void report(String run, long step) {
        TrainingMetrics metrics = TrainingMetrics.newBuilder()
                .setStep(step)
                .setLoss(1)
                .setLearningRate(1)
                .setImagesPerSecond(1)
                .setStall(0)
                .setMixture(Map.of())
                .setCaptionChoices(Map.of())
                .setNounsPerCaption(0)
                .setSamples(0)
                .setMixturePolicy(0)
                .build();
        records.add(new ConsumerRecord<>(AT.topic(), AT.partition(), records.size(), run, metrics));
    }
}
