package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class ValueSerdeTest {
    @Test
    void aValueThatIsNoRecordIsNamedByItsKind() {
        Deserializer<GenericRecord> records =
                ValueSerde.deserializer(Bytes.class.getName(), Map.of(), GenericRecord.class);

        assertThatThrownBy(() -> records.deserialize("photos", new byte[1]))
                .isInstanceOf(SerializationException.class)
                .hasMessage("topic photos contains bytes, not a record");
    }

    /** Reads what a schema of bytes describes. */
    public static final class Bytes implements Deserializer<Object> {
        @Override
        public Object deserialize(String topic, byte[] data) {
            return ByteBuffer.wrap(data);
        }
    }
}
