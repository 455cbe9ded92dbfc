package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaBuilder.FieldAssembler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompatibilityLevelTest {
    private static FieldAssembler<Schema> fields() {
        return SchemaBuilder.record("R").fields().requiredString("id");
    }

    private static final Schema PLAIN = fields().endRecord();
    private static final Schema WITH_REQUIRED = fields().requiredInt("n").endRecord();
    private static final Schema WITH_DEFAULT =
            fields().name("n").type().intType().intDefault(0).endRecord();

    /** A field n whose types are incompatible in both directions. */
    private static final Schema WITH_TEXT =
            fields().name("n").type().stringType().stringDefault("").endRecord();

    private static Schema schema(String name) {
        return switch (name) {
            case "plain" -> PLAIN;
            case "required" -> WITH_REQUIRED;
            case "default" -> WITH_DEFAULT;
            case "text" -> WITH_TEXT;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Whether a subject with the schemas {@code earlier} (oldest first) accepts {@code next}. */
    @ParameterizedTest
    @CsvSource({
        // a new required field: missing in old records
        "plain, required, BACKWARD, false",
        "plain, required, FORWARD, true",
        "plain, required, FULL, false",
        // a required field is removed: old readers need it
        "required, plain, BACKWARD, true",
        "required, plain, FORWARD, false",
        "required, plain, FULL, false",
        // a field with a default may be added and removed
        "plain, default, FULL, true",
        "default, plain, FULL, true",
        // only the last schema is compared, unless transitive
        "text plain, default, BACKWARD, true",
        "text plain, default, BACKWARD_TRANSITIVE, false",
        "text plain, default, FORWARD, true",
        "text plain, default, FORWARD_TRANSITIVE, false",
        "text plain, default, FULL, true",
        "text plain, default, FULL_TRANSITIVE, false",
        "text plain, default, NONE, true",
        "plain, text, FULL_TRANSITIVE, true",
    })
    void judges(String earlier, String next, CompatibilityLevel level, boolean compatible) {
        List<Schema> before = List.of(earlier.split(" ")).stream()
                .map(CompatibilityLevelTest::schema)
                .toList();

        assertThat(level.incompatibilities(schema(next), before).isEmpty()).isEqualTo(compatible);
    }

    @ParameterizedTest
    @EnumSource(CompatibilityLevel.class)
    void takesAnySchemaAsTheFirst(CompatibilityLevel level) {
        assertThat(level.incompatibilities(WITH_REQUIRED, List.of())).isEmpty();
    }

    @Test
    void namesTheIncompatibilityAndItsPath() {
        assertThat(CompatibilityLevel.BACKWARD.incompatibilities(WITH_REQUIRED, List.of(PLAIN)))
                .containsExactly("READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: n");
    }

    @Test
    void namesIgnoreCase() {
        assertThat(CompatibilityLevel.named("full_Transitive")).hasValue(CompatibilityLevel.FULL_TRANSITIVE);
        assertThat(CompatibilityLevel.named("SIDEWAYS")).isEmpty();
    }
}
