package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.registry.SchemaEvent.HardDeleted;
import dev.latentstream.registry.SchemaEvent.LevelSet;
import dev.latentstream.registry.SchemaEvent.ModeSet;
import dev.latentstream.registry.SchemaEvent.Nothing;
import dev.latentstream.registry.SchemaEvent.Stored;
import dev.latentstream.registry.SchemaEvent.SubjectSoftDeleted;
import dev.latentstream.registry.SchemaEventCodec.Entry;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEventCodecTest {
    /** The records as Confluent's server writes them, byte for byte. */
    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(
                        new Stored(new Version("s", 2, 7, "\"int\"", false)),
                        "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":2,\"magic\":1}",
                        "{\"subject\":\"s\",\"version\":2,\"id\":7,\"schema\":\"\\\"int\\\"\",\"deleted\":false}"),
                Arguments.of(
                        new HardDeleted("s", 2),
                        "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":2,\"magic\":1}",
                        null),
                Arguments.of(
                        new SubjectSoftDeleted("s", 3),
                        "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"s\",\"magic\":0}",
                        "{\"subject\":\"s\",\"version\":3}"),
                Arguments.of(
                        new LevelSet(Optional.empty(), Optional.of(CompatibilityLevel.FULL)),
                        "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
                        "{\"compatibilityLevel\":\"FULL\"}"),
                Arguments.of(
                        new LevelSet(Optional.of("s"), Optional.empty()),
                        "{\"keytype\":\"CONFIG\",\"subject\":\"s\",\"magic\":0}",
                        null),
                Arguments.of(
                        new ModeSet(Optional.of("s"), Optional.of(Mode.READONLY)),
                        "{\"keytype\":\"MODE\",\"subject\":\"s\",\"magic\":0}",
                        "{\"mode\":\"READONLY\"}"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void writesAndReadsConfluentsRecords(SchemaEvent change, String key, @Nullable String value) {
        assertThat(SchemaEventCodec.encode(change)).isEqualTo(new Entry(key, value));
        assertThat(SchemaEventCodec.decode(new Entry(key, value))).isEqualTo(change);
    }

    @Test
    void readsSchemasWithFieldsOfANewerServer() {
        String key = "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}";
        String value =
                "{\"subject\":\"s\",\"version\":1,\"id\":1,\"md5\":\"x\",\"ts\":5,\"schema\":\"\\\"int\\\"\",\"deleted\":true}";

        assertThat(SchemaEventCodec.decode(new Entry(key, value)))
                .isEqualTo(new Stored(new Version("s", 1, 1, "\"int\"", true)));
    }

    @Test
    void ignoresRecordsWithoutEffect() {
        assertThat(SchemaEventCodec.decode(new Entry("{\"keytype\":\"NOOP\",\"magic\":0}", null)))
                .isEqualTo(new Nothing());
    }

    @Test
    void refusesUnsupportedSchemas() {
        String key = "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}";
        String value = "{\"subject\":\"s\",\"version\":1,\"id\":4,\"schemaType\":\"PROTOBUF\",\"schema\":\"\"}";

        assertThatThrownBy(() -> SchemaEventCodec.decode(new Entry(key, value)))
                .hasMessageContaining("version 1 of subject \"s\" is of type PROTOBUF");
    }

    @Test
    void refusesRecordsThatAreNotJson() {
        assertThatThrownBy(() -> SchemaEventCodec.decode(new Entry("image-1", null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not JSON: image-1");
    }
}
