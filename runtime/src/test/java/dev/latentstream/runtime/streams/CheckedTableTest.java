package dev.latentstream.runtime.streams;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.meters.Meters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckedTableTest {
    private final List<CheckedTable.Change<String>> changes = new ArrayList<>();
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
        in.pipeInput("a", bytes("1 first"));
        in.pipeInput("a", bytes("foreign"));
        in.pipeInput("a", bytes("breaks a rule"));
        in.pipeInput("a", bytes("1 second"));

        assertThat(out.readKeyValuesToList())
                .containsExactly(
                        KeyValue.pair("a", "1 first"),
                        KeyValue.pair("a", null),
                        KeyValue.pair("a", null),
                        KeyValue.pair("a", "1 second"));
    }

    @Test
    void aFailingRegistryFailsTheRecord() {
        assertThatThrownBy(() -> in.pipeInput("a", bytes("registry"))).hasRootCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void anOlderRecordDoesNotEnterTheTableAndTheNewerOneIsWrittenAgain() {
        TestOutputTopic<String, String> written =
                driver.createOutputTopic("in", new StringDeserializer(), new StringDeserializer());
        in.pipeInput("a", bytes("2 new"));
        in.pipeInput("a", bytes("1 old"));
        in.pipeInput("b", bytes("1 other"));

        assertThat(out.readKeyValuesToList())
                .containsExactly(KeyValue.pair("a", "2 new"), KeyValue.pair("b", "1 other"));
        assertThat(written.readKeyValuesToList()).containsExactly(KeyValue.pair("a", "2 new"));
        assertThat(changes).contains(new CheckedTable.Change<>(null, "2 new"));
    }

    @Test
    void aRecordThatFollowsATombstoneIsNewHoweverOldItIs() {
        in.pipeInput("a", bytes("2 new"));
        in.pipeInput("a", (byte[]) null);
        in.pipeInput("a", bytes("1 old"));

        assertThat(changes)
                .containsExactly(
                        new CheckedTable.Change<>(null, "2 new"),
                        new CheckedTable.Change<>("2 new", null),
                        new CheckedTable.Change<>(null, "1 old"));
    }

    private TopologyTestDriver driver() {
        Topology topology = new Topology();
        String table = CheckedTable.add(
                topology,
                new CheckedTable.Records<>(
                        "in", values(), CheckedTableTest::requireRule, Comparator.comparing(text -> text.charAt(0))),
                "table",
                new MisplacedRecords("join", 1, new Meters()));
        topology.addProcessor("values", Values::new, table);
        topology.addSink("write", "out", new StringSerializer(), new StringSerializer(), "values");
        Properties properties = new Properties();
        properties.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndContinueProcessingExceptionHandler.class);
        return new TopologyTestDriver(topology, properties);
    }

    private final class Values extends ContextualProcessor<String, CheckedTable.Change<String>, String, String> {
        @Override
        public void process(Record<String, CheckedTable.Change<String>> change) {
            changes.add(change.value());
            context().forward(change.withValue(change.value().after()));
        }
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
