package dev.latentstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.runtime.kafka.FaultSettings;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.streams.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins every default, so that a changed default fails a test. */
class SettingsTest {
    @Test
    void kafka() {
        assertThat(SettingsReader.parse("", KafkaSettings.class, Map.of()))
                .isEqualTo(new KafkaSettings(
                        "127.0.0.1:9092",
                        "http://127.0.0.1:8081",
                        "",
                        4,
                        (short) 1,
                        "dev.latentstream.schemas.AvroSerializer",
                        "dev.latentstream.schemas.AvroDeserializer",
                        Map.of()));
        assertThat(new FaultSettings())
                .isEqualTo(new FaultSettings(Duration.ofMinutes(5), false, ErrorsTolerance.DATA));
    }

    @Test
    void batches() {
        assertThat(new BatchSettings())
                .isEqualTo(new BatchSettings(16, Duration.ofMillis(200), 50, Duration.ofSeconds(30)));
    }

    @Test
    void streams() {
        assertThat(new StreamsSettings())
                .isEqualTo(new StreamsSettings(
                        Path.of("data", "state"), 1, Duration.ofMillis(200), 50, Duration.ofSeconds(30)));
    }

    @Test
    void http() {
        assertThat(new HttpSettings()).isEqualTo(new HttpSettings("127.0.0.1", 9464));
    }

    @Test
    void kafkaSettingsAreReadWithAnyPropertyOfKafka() {
        KafkaSettings settings = SettingsReader.parse("""
                bootstrap-servers: broker-1:9093,broker-2:9093
                topic-prefix: staging-
                replication-factor: 3
                properties:
                  security.protocol: SASL_SSL
                  sasl.jaas.config: org.example.Login required username="${USER_NAME}";
                  consumer.max.poll.records: 8
                """, KafkaSettings.class, Map.of("USER_NAME", "ada"));

        assertThat(settings.bootstrapServers()).isEqualTo("broker-1:9093,broker-2:9093");
        assertThat(settings.replicationFactor()).isEqualTo((short) 3);
        assertThat(settings.properties())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.jaas.config", "org.example.Login required username=\"ada\";",
                        "consumer.max.poll.records", "8"));
    }

    @Test
    void kafkaSettingsPrintNoSecret() {
        KafkaSettings settings = SettingsReader.parse("""
                schema-registry-url: http://me:p1anted@registry:8081
                properties:
                  bearer.auth.token: "p1anted\\n"
                  consumer.sasl.jaas.config: |
                    org.example.Login required
                      password="p1anted";
                  ssl.keystore.key: |
                    -----BEGIN PRIVATE KEY-----
                    p1anted
                  client.rack: a
                """, KafkaSettings.class, Map.of());

        assertThat(settings.properties()).containsEntry("bearer.auth.token", "p1anted");
        assertThat(settings)
                .asString()
                .doesNotContain("p1anted")
                .contains("schemaRegistryUrl=http://***@registry:8081")
                .contains("bearer.auth.token=***, client.rack=a, consumer.sasl.jaas.config=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sasl.jaas.config: org.example.Login required password=a p1anted;",
                "sasl.jaas.config: org.example.Login required password=p1anted",
                "sasl.jaas.config: org.example.Login p1anted;",
                "consumer.sasl.jaas.config: p1anted",
                "bearer.auth.token: \"p1anted\\ntoken\"",
                "producer.ssl.key.password: \"p1anted\\0\"",
                "basic.auth.user.info: \"me:p1an\\tted\""
            })
    void kafkaSettingsRefuseASecretThatCannotBeOneAndDoNotShowIt(String property) {
        assertThatThrownBy(() -> SettingsReader.parse("properties: {" + property + "}", KafkaSettings.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasNoCause()
                .hasMessageStartingWith("properties: " + property.substring(0, property.indexOf(':')))
                .hasMessageNotContaining("p1an");
    }

    @Test
    void boundsAreNamed() {
        assertRefused("partitions: 0", "partitions 0 is not between 1 and 1000");
        assertRefused("replication-factor: 10", "replication-factor 10 is not between 1 and 9");
        assertRefused("bootstrap-servers: ''", "bootstrap-servers is empty");
        assertRefused(
                "topic-prefix: a.b", "topic-prefix \"a.b\" has characters other than letters, digits and hyphens");
        assertRefused(
                "properties: {enable.auto.commit: true}",
                "properties: enable.auto.commit cannot be changed by settings");
        assertRefused(
                "properties: {consumer.group.id: x}", "properties: consumer.group.id cannot be changed by settings");
        assertRefused(
                "properties: {streams.main.consumer.group.instance.id: x}",
                "properties: streams.main.consumer.group.instance.id cannot be changed by settings");
        for (String prefix : List.of("", "producer.", "streams.producer.", "streams.")) {
            for (String partitioner : List.of("partitioner.class", "partitioner.ignore.keys")) {
                assertRefused(
                        "properties: {%s%s: x}".formatted(prefix, partitioner),
                        "properties: %s%s cannot be changed by settings".formatted(prefix, partitioner));
            }
        }
        assertRefused("patience: 0s", "patience PT0S is not above zero");
        assertRefused(
                "topic-prefix: a-latents-b-",
                "topic-prefix \"a-latents-b-\" contains latents-, so its topics would be latents of another pipeline");
        assertRefused("topic-prefix: " + "x".repeat(81), "topic-prefix has 81 characters, more than 80");
        assertThatThrownBy(() -> new BatchSettings(0, Duration.ZERO, 1, Duration.ofSeconds(1)))
                .hasMessage("batch-size 0 is not between 1 and 4096");
        assertThatThrownBy(() -> new BatchSettings(1, Duration.ofMillis(-1), 1, Duration.ofSeconds(1)))
                .hasMessage("flush-after -1 is below 0");
        assertThatThrownBy(() -> new HttpSettings("localhost", 70_000))
                .hasMessage("port 70000 is not between 0 and 65535");
    }

    private static void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> SettingsReader.parse(yaml, KafkaSettings.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(message);
    }
}
