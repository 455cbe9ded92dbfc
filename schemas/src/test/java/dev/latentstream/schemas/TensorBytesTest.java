package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorBytesTest {
    private static byte[] bytes(TensorType type) {
        ByteBuffer buffer = TensorBytes.encode(new float[] {1, -2.5f}, type);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Test
    void bytesAreLittleEndian() {
        assertThat(bytes(TensorType.FLOAT16)).containsExactly(0x00, 0x3c, 0x00, 0xc1);
        assertThat(bytes(TensorType.BFLOAT16)).containsExactly(0x80, 0x3f, 0x20, 0xc0);
        assertThat(bytes(TensorType.FLOAT32)).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0);
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void whatEachTypeCanHoldComesBack(TensorType type) {
        float[] values = {0, -0f, 1, 0.25f, -96, Float.POSITIVE_INFINITY, Float.NaN};

        assertThat(TensorBytes.decode(TensorBytes.encode(values, type), type)).containsExactly(values);
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void readsAPartOfABufferAndLeavesItAsItWas(TensorType type) {
        ByteBuffer buffer = TensorBytes.encode(new float[] {1, 2, 3}, type).order(ByteOrder.BIG_ENDIAN);
        buffer.position(TensorBytes.bytesPerElement(type));

        float[] values = TensorBytes.decode(buffer, type);

        assertThat(values).containsExactly(2, 3);
        assertThat(buffer.remaining()).isEqualTo(2 * TensorBytes.bytesPerElement(type));
    }

    @Test
    void refusesHalfAnElement() {
        assertThatThrownBy(() -> TensorBytes.decode(ByteBuffer.allocate(6), TensorType.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("6 bytes are not a multiple of the 4 of a FLOAT32");
    }
}
