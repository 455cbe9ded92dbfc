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

    /** At each place of the eight bytes that are looked at together, and after the last of them. */
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void theFirstElementThatIsNotFiniteIsFound(TensorType type) {
        float[] finite = {0, -0f, 1, -96, 1e-30f, -60_000, 3, 5, 7, -9, 11};
        assertThat(TensorBytes.firstNonFinite(TensorBytes.encode(finite, type), type))
                .isEqualTo(-1);
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int at = 0; at < finite.length; at++) {
                float[] values = finite.clone();
                values[at] = value;
                values[values.length - 1] = value;

                assertThat(TensorBytes.firstNonFinite(TensorBytes.encode(values, type), type))
                        .as("%s at %d", value, at)
                        .isEqualTo(at);
            }
        }
    }

    @Test
    void everyHalfThatIsNotFiniteIsFound() {
        for (int half = 0; half < 0x10000; half++) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putShort(4, (short) half);

            assertThat(TensorBytes.firstNonFinite(bytes, TensorType.FLOAT16))
                    .as("0x%04x", half)
                    .isEqualTo(Float.isFinite(Float16.toFloat((short) half)) ? -1 : 2);
        }
    }

    @Test
    void onlyTheRemainingBytesOfABufferAreLookedAt() {
        ByteBuffer infinite = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < 40; at += 2) {
            infinite.putShort(at, (short) 0x7c00);
        }
        ByteBuffer slice = infinite.duplicate().position(2).slice().position(4).limit(26);
        for (int at = 6; at < 28; at += 2) {
            infinite.putShort(at, (short) 0x7bff);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(40)
                .put(infinite.duplicate())
                .position(6)
                .limit(28);

        assertThat(TensorBytes.firstNonFinite(slice, TensorType.FLOAT16)).isEqualTo(-1);
        assertThat(TensorBytes.firstNonFinite(direct, TensorType.FLOAT16)).isEqualTo(-1);
        assertThat(TensorBytes.firstNonFinite(slice.limit(28), TensorType.FLOAT16))
                .isEqualTo(11);
        assertThat(TensorBytes.firstNonFinite(direct.limit(30), TensorType.FLOAT16))
                .isEqualTo(11);
    }
}
