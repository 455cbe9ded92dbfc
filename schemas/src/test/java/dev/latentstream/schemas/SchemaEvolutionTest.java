package dev.latentstream.schemas;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs with older and newer schemas read each other's records. */
class SchemaEvolutionTest {
    private static final long SEED = 7;

    private TestRegistry registry;
    private AvroSerializer serializer;
    private AvroDeserializer deserializer;
    private AvroDeserializer genericDeserializer;

    static Stream<Schema> records() {
        return SchemasTest.records();
    }

    static Stream<Schema> recordsWithDefaults() {
        return records().filter(schema -> schema.getFields().stream().anyMatch(Field::hasDefaultValue));
    }

    /** Records with an enum field of their own, not nested in another record. */
    static Stream<Schema> recordsWithEnums() {
        return records().filter(schema -> !enumFields(schema).isEmpty());
    }

    @BeforeEach
    void start() {
        registry = TestRegistry.start();
        serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true), false);
        genericDeserializer = new AvroDeserializer();
        genericDeserializer.configure(Map.of("schema.registry.url", registry.url()), false);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @MethodSource("records")
    void aReaderOfTodayDropsAFieldOfTomorrow(Schema today) {
        Schema tomorrow = withFields(today, fields -> {
            fields.add(0, new Field("added", Schema.create(Schema.Type.STRING), "New.", "none"));
            return fields;
        });
        GenericRecord written = random(tomorrow);

        SpecificRecord read = roundTrip(written);

        assertThat(read.getSchema()).isEqualTo(today);
        assertSameFields(written, read, today.getFields());
    }

    @ParameterizedTest
    @MethodSource("recordsWithDefaults")
    void aReaderOfTodayFillsInWhatAWriterOfYesterdayDidNotKnow(Schema today) {
        Schema yesterday = withFields(today, fields -> {
            fields.removeIf(Field::hasDefaultValue);
            return fields;
        });
        GenericRecord written = random(yesterday);

        SpecificRecord read = roundTrip(written);

        assertSameFields(written, read, yesterday.getFields());
        assertThat(today.getFields()).filteredOn(Field::hasDefaultValue).allSatisfy(field -> assertThat(
                        read.get(field.pos()))
                .as(field.name())
                .isEqualTo(SpecificData.getForSchema(today).getDefaultValue(field)));
    }

    @ParameterizedTest
    @MethodSource("recordsWithEnums")
    void anEnumSymbolOfTomorrowBecomesTheDefault(Schema today) {
        Schema tomorrow = withFields(today, fields -> {
            fields.replaceAll(field -> field.schema().getType() == Schema.Type.ENUM
                    ? new Field(field.name(), withSymbol(field.schema()), field.doc())
                    : field);
            return fields;
        });
        GenericRecord written = random(tomorrow);
        enumFields(tomorrow)
                .forEach(field -> written.put(field.name(), new GenericData.EnumSymbol(field.schema(), "OF_TOMORROW")));

        SpecificRecord read = roundTrip(written);

        assertThat(enumFields(today)).allSatisfy(field -> assertThat(read.get(field.pos()))
                .hasToString(field.schema().getEnumDefault()));
    }

    private SpecificRecord roundTrip(GenericRecord written) {
        byte[] bytes = serializer.serialize("any", written);
        Object read = deserializer.deserialize("any", bytes);
        assertThat(read).isInstanceOf(SpecificRecord.class);
        return (SpecificRecord) requireNonNull(read);
    }

    /** Compares generic records, in which both sides have the same classes. */
    private void assertSameFields(GenericRecord written, SpecificRecord read, List<Field> fields) {
        Object again = genericDeserializer.deserialize("any", serializer.serialize("any", read));
        assertThat(again).isInstanceOf(GenericRecord.class);
        assertThat(fields).allSatisfy(field -> assertThat(((GenericRecord) requireNonNull(again)).get(field.name()))
                .as(field.name())
                .isEqualTo(written.get(field.name())));
    }

    private static GenericRecord random(Schema schema) {
        return (GenericRecord) new RandomData(schema, 1, SEED).iterator().next();
    }

    private static List<Field> enumFields(Schema schema) {
        return schema.getFields().stream()
                .filter(field -> field.schema().getType() == Schema.Type.ENUM)
                .toList();
    }

    private static Schema withFields(Schema schema, UnaryOperator<List<Field>> change) {
        List<Field> copies = new ArrayList<>();
        schema.getFields().forEach(field -> copies.add(new Field(field, field.schema())));
        List<Field> changed = change.apply(copies);
        Schema result = Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false);
        result.setFields(changed);
        return result;
    }

    private static Schema withSymbol(Schema schema) {
        List<String> symbols = new ArrayList<>(schema.getEnumSymbols());
        symbols.add("OF_TOMORROW");
        return Schema.createEnum(
                schema.getName(), schema.getDoc(), schema.getNamespace(), symbols, schema.getEnumDefault());
    }
}
