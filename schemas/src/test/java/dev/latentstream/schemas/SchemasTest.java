package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for every schema of the protocol. */
class SchemasTest {
    static Stream<Schema> all() {
        return LatentStream.PROTOCOL.getTypes().stream();
    }

    static Stream<Schema> enums() {
        return all().filter(schema -> schema.getType() == Schema.Type.ENUM);
    }

    static Stream<Schema> records() {
        return all().filter(schema -> schema.getType() == Schema.Type.RECORD);
    }

    @ParameterizedTest
    @MethodSource("all")
    void saysWhatItIs(Schema schema) {
        assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("records")
    void saysWhatEachFieldHolds(Schema schema) {
        List<String> silent = schema.getFields().stream()
                .filter(field -> field.doc() == null || field.doc().isBlank())
                .map(Field::name)
                .toList();

        assertThat(silent).as("fields of %s without a doc", schema.getName()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("enums")
    void hasAValueForSymbolsOfTheFuture(Schema schema) {
        assertThat(schema.getEnumDefault()).as(schema.getFullName()).isNotNull();
    }

    @Test
    void everyTopicHasARecordOfTheProtocol() {
        Topics topics = new Topics("");

        assertThat(Stream.concat(topics.fixed().stream(), Stream.of(topics.latents("photos"))))
                .allSatisfy(topic -> assertThat(LatentStream.PROTOCOL.getTypes())
                        .extracting(Schema::getFullName)
                        .contains(topic.value().getName()));
    }
}
