package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {
    @Test
    void theHeaderIsAZeroByteAndTheBigEndianId() {
        assertThat(WireFormat.header(0x01020304)).containsExactly(0, 1, 2, 3, 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 100_000, Integer.MAX_VALUE})
    void theIdComesBack(int id) {
        assertThat(schemaId(WireFormat.header(id))).isEqualTo(id);
    }

    @Test
    void namesTheFirstByteOfAForeignPayload() {
        assertThatThrownBy(() -> schemaId("{\"a\":1}".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("its first byte is 0x7b, not 0x00 (7 bytes)");
        assertThatThrownBy(() -> schemaId(new byte[] {(byte) 0xff})).hasMessageContaining("its first byte is 0xff");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void anIdThatNoRegistryAssignsIsForeign(int id) {
        byte[] payload = ByteBuffer.allocate(6).putInt(1, id).array();

        assertThatThrownBy(() -> schemaId(payload))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("its schema id is %d, below 1 (6 bytes)".formatted(id));
    }

    @Test
    void namesTheLengthOfATruncatedPayload() {
        assertThatThrownBy(() -> schemaId(new byte[0]))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> schemaId(new byte[] {0, 0, 0, 1}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("has 4 bytes");
    }

    private static int schemaId(byte[] payload) {
        return WireFormat.schemaId(ByteBuffer.wrap(payload));
    }
}
