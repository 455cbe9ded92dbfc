package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.kafka.TopicSpec.Found;
import dev.latentstream.runtime.kafka.TopicSpec.Spec;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TopicSpecTest {
    private static final Topics TOPICS = new Topics("");

    private final KafkaSettings settings = new KafkaSettings(
            "b:1",
            "http://r",
            "",
            6,
            (short) 3,
            new KafkaSettings().serializer(),
            new KafkaSettings().deserializer(),
            Map.of());

    @Test
    void everyTopicThatStagesReadHasADeadLetterTopic() {
        assertThat(TopicSpec.of(settings, TOPICS.fixed()).keySet())
                .containsExactlyInAnyOrder(
                        "images-raw",
                        "images-raw-dlq",
                        "sources",
                        "source-items",
                        "images",
                        "images-dlq",
                        "images-rejected",
                        "images-quarantine",
                        "captions",
                        "captions-dlq",
                        "recaptions",
                        "encodings",
                        "encodings-dlq",
                        "removals",
                        "removals-dlq",
                        "replays",
                        "control",
                        "datasets",
                        "training-ledger",
                        "training-metrics");
        assertThat(plan(TOPICS.latents("photos"))).containsOnlyKeys("latents-photos", "latents-photos-dlq");
    }

    @Test
    void joinedTopicsShareOnePartitionCount() {
        assertThat(List.of(
                        spec(TOPICS.images()),
                        spec(TOPICS.captions()),
                        spec(TOPICS.encodings()),
                        spec(TOPICS.latents("photos"))))
                .allMatch(spec -> spec.partitions() == 6 && spec.fixedPartitions());
        assertThat(spec(TOPICS.imagesRaw()).partitions()).isEqualTo(6);
        assertThat(spec(TOPICS.imagesRaw()).fixedPartitions()).isFalse();
        assertThat(spec(TOPICS.control()).partitions()).isEqualTo(1);
        assertThat(spec(TOPICS.sources()).partitions()).isEqualTo(1);
        assertThat(spec(TOPICS.sourceItems()).partitions()).isEqualTo(6);
    }

    @Test
    void retentionFollowsTheCatalogue() {
        assertThat(spec(TOPICS.images()).properties())
                .containsOnly(Map.entry("cleanup.policy", "compact"), Map.entry("max.message.bytes", "16777216"));
        assertThat(spec(TOPICS.imagesRaw()).properties())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "10800000")
                .containsEntry("segment.ms", "1800000");
        assertThat(spec(TOPICS.imagesRejected()).properties())
                .containsEntry("retention.ms", "604800000")
                .containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(spec(TOPICS.imagesQuarantine()).properties())
                .containsOnly(
                        Map.entry("cleanup.policy", "compact,delete"),
                        Map.entry("retention.ms", "604800000"),
                        Map.entry("retention.bytes", "4294967296"),
                        Map.entry("segment.ms", "100800000"),
                        Map.entry("message.timestamp.type", "LogAppendTime"),
                        Map.entry("max.compaction.lag.ms", "86400000"),
                        Map.entry("max.message.bytes", "16777216"));
        assertThat(spec(TOPICS.latents("photos")).properties())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "604800000");
        assertThat(spec(TOPICS.control()).properties())
                .containsOnly(
                        Map.entry("cleanup.policy", "delete"),
                        Map.entry("retention.ms", "-1"),
                        Map.entry("retention.bytes", "-1"));
        assertThat(spec(TOPICS.images()).replicationFactor()).isEqualTo((short) 3);
    }

    @Test
    void imagesCanBeKeptByTimeForTieredStorage() {
        KafkaSettings forEver = images("images-cleanup: delete");
        KafkaSettings quarter = images("{images-cleanup: delete, images-retention: 90d}");

        assertThat(imagesUnder(forEver).properties())
                .containsOnly(
                        Map.entry("cleanup.policy", "delete"),
                        Map.entry("retention.ms", "-1"),
                        Map.entry("retention.bytes", "-1"),
                        Map.entry("max.message.bytes", "16777216"));
        assertThat(imagesUnder(quarter).properties())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "7776000000");
        assertThat(TopicSpec.missing(imagesUnder(forEver), Map.of("cleanup.policy", "compact")))
                .as("compaction would lose records each minute")
                .containsEntry("cleanup.policy", "delete");
        assertThat(TopicSpec.conflict(imagesUnder(quarter), new Found(4, "compact", 16 << 20)))
                .contains("topic images has cleanup.policy compact, not delete:"
                        + " run latentstream kafka configs --alter --topic images --add-config cleanup.policy=delete");
        assertThatThrownBy(() -> images("images-retention: 1d"))
                .hasMessageContaining("images-retention PT24H needs images-cleanup delete");
    }

    private static KafkaSettings images(String yaml) {
        return SettingsReader.parse(yaml, KafkaSettings.class, Map.of());
    }

    private static Spec imagesUnder(KafkaSettings settings) {
        return Objects.requireNonNull(
                TopicSpec.of(settings, List.of(TOPICS.images())).get("images"));
    }

    @Test
    void deadLettersHaveRoomForTheirHeaders() {
        Spec letters = deadLetters(TOPICS.imagesRaw());

        assertThat(letters.properties())
                .containsEntry("max.message.bytes", Integer.toString((16 << 20) + (64 << 10)))
                .containsEntry("retention.ms", "604800000")
                .as("letters about old records do not expire at once")
                .containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(letters.replicationFactor()).isEqualTo((short) 3);
        assertThat(deadLetters(TOPICS.removals()).properties())
                .containsEntry("max.message.bytes", Integer.toString(1_048_588 + (64 << 10)));
    }

    @Test
    void anExistingTopicThatFitsIsLeftAlone() {
        assertThat(TopicSpec.conflict(spec(TOPICS.images()), new Found(6, "compact", 16 << 20)))
                .isEmpty();
        assertThat(TopicSpec.conflict(spec(TOPICS.images()), new Found(6, "compact", 32 << 20)))
                .isEmpty();
        assertThat(TopicSpec.conflict(spec(TOPICS.imagesRaw()), new Found(99, "delete", 16 << 20)))
                .isEmpty();
        assertThat(TopicSpec.conflict(spec(TOPICS.imagesQuarantine()), new Found(6, "delete,compact", 16 << 20)))
                .isEmpty();
        assertThat(TopicSpec.conflict(spec(TOPICS.removals()), new Found(6, "compact", 1 << 20)))
                .as("the catalogue asks nothing here")
                .isEmpty();
    }

    @Test
    void onlyATopicThatKeepsEveryRecordIsAltered() {
        assertThat(TopicSpec.missing(spec(TOPICS.control()), Map.of("cleanup.policy", "compact", "retention.ms", "-1")))
                .containsExactly(Map.entry("cleanup.policy", "delete"), Map.entry("retention.bytes", "-1"));
        assertThat(TopicSpec.missing(spec(TOPICS.images()), Map.of("cleanup.policy", "delete")))
                .isEmpty();
        assertThat(TopicSpec.alter(spec(TOPICS.control()), Map.of("cleanup.policy", "delete")))
                .isEqualTo("run latentstream kafka configs --alter --topic control --add-config cleanup.policy=delete");
    }

    @Test
    void aConflictNamesValueBoundAndRemedy() {
        assertThat(TopicSpec.conflict(spec(TOPICS.images()), new Found(4, "compact", 16 << 20)))
                .contains("topic images has 4 partitions, not 6: joined topics share one partition count;"
                        + " set kafka.partitions to 4, or recreate the topic");
        assertThat(TopicSpec.conflict(spec(TOPICS.images()), new Found(6, "delete", 16 << 20)))
                .contains("topic images has cleanup.policy delete, not compact:"
                        + " run latentstream kafka configs --alter --topic images --add-config cleanup.policy=compact");
        assertThat(TopicSpec.conflict(spec(TOPICS.latents("photos")), new Found(6, "compact,delete", 16 << 20)))
                .contains(
                        "topic latents-photos has cleanup.policy compact,delete, not delete:"
                                + " run latentstream kafka configs --alter --topic latents-photos --add-config cleanup.policy=delete");
        assertThat(TopicSpec.conflict(spec(TOPICS.images()), new Found(6, "compact", 1_048_588)))
                .contains(
                        "topic images has max.message.bytes 1048588, below 16777216:"
                                + " run latentstream kafka configs --alter --topic images --add-config max.message.bytes=16777216");
        assertThat(TopicSpec.conflict(deadLetters(TOPICS.removals()), new Found(1, "delete", 1_048_588)))
                .contains(
                        "topic removals-dlq has max.message.bytes 1048588, below 1114124:"
                                + " run latentstream kafka configs --alter --topic removals-dlq --add-config max.message.bytes=1114124");
    }

    private Spec spec(Topic<?> topic) {
        return Objects.requireNonNull(plan(topic).get(topic.name()));
    }

    private Spec deadLetters(Topic<?> topic) {
        return Objects.requireNonNull(plan(topic).get(topic.deadLetters()));
    }

    private Map<String, Spec> plan(Topic<?> topic) {
        return TopicSpec.of(settings, List.of(topic));
    }
}
