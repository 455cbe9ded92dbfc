package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.ClusterException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class LenientDeserializerTest {
    @Test
    void whatCannotBeDecodedIsNull() {
        LenientDeserializer<String> lenient = new LenientDeserializer<>((topic, value) -> {
            String text = new String(value, StandardCharsets.UTF_8);
            if (text.equals("foreign")) {
                throw new SerializationException("no magic byte");
            }
            return text;
        });

        assertThat(lenient.deserialize("ledger", "foreign".getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(lenient.deserialize("ledger", "ours".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("ours");
    }

    /** Else a run would seem to end where the registry stopped answering. */
    @Test
    void aRegistryThatDoesNotAnswerIsNoForeignRecord() {
        LenientDeserializer<String> lenient = new LenientDeserializer<>((topic, value) -> {
            throw new SerializationException("schema 7", new ClusterException("the registry does not answer"));
        });

        assertThatThrownBy(() -> lenient.deserialize("ledger", new byte[0])).hasMessage("schema 7");
    }
}
