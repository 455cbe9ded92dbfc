package dev.latentstream.runtime.streams;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.meters.Meters;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckedTableTest {
    private final TopologyTestDriver driver = driver();
    private final TestInputTopic<String, byte[]> in =
            driver.createInputTopic("in", new StringSerializer(), new ByteArraySerializer());
    private final TestOutputTopic<String, String> out =
            driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void aKeyWithABadValueIsAbsentUntilItIsWrittenAgain() {
        in.pipeInput("a", bytes("first"));
        in.pipeInput("a", bytes("foreign"));
        in.pipeInput("a", bytes("breaks a rule"));
        in.pipeInput("a", bytes("second"));

        assertThat(out.readKeyValuesToList())
                .containsExactly(
                        KeyValue.pair("a", "first"),
                        KeyValue.pair("a", null),
                        KeyValue.pair("a", null),
                        KeyValue.pair("a", "second"));
    }

    @Test
    void aFailingRegistryFailsTheRecord() {
        assertThatThrownBy(() -> in.pipeInput("a", bytes("registry"))).hasRootCauseInstanceOf(TimeoutException.class);
    }

    private static TopologyTestDriver driver() {
        StreamsBuilder builder = StreamsStage.newBuilder();
        CheckedTable.add(
                        builder,
                        "in",
                        values(),
                        CheckedTableTest::requireRule,
                        "table",
                        new MisplacedRecords("join", 1, new Meters()))
                .toStream(Named.as("changes"))
                .to("out", Produced.with(Serdes.String(), Serdes.String()).withName("write"));
        Properties properties = new Properties();
        properties.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndContinueProcessingExceptionHandler.class);
        return new TopologyTestDriver(builder.build(StreamsStage.topologyProperties()), properties);
    }

    private static void requireRule(String value) {
        if (value.equals("breaks a rule")) {
            throw new BadRecordException(value);
        }
    }

    private static Serde<String> values() {
        return Serdes.serdeFrom(new StringSerializer(), (topic, bytes) -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return switch (text) {
                case "foreign" -> throw new SerializationException("not ours");
                case "registry" -> throw new TimeoutException("no answer");
                default -> text;
            };
        });
    }
}
