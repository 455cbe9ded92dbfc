package dev.latentstream.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoredLatentsTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTensorHasExactlyTheElementsThatAreStoredInHalfPrecision() {
        StoredLatents latents = new StoredLatents(
                List.of(halves(0x3c00, 0xc000, 0x0001, 0x7bff), halves(0x83ff, 0x8000, 0x0400, 0x3555)),
                DataType.FLOAT16,
                1,
                2,
                2);

        NDArray tensor = latents.tensor(manager);

        assertThat(tensor.getShape()).isEqualTo(new Shape(2, 1, 2, 2));
        assertThat(tensor.toFloatArray())
                .containsExactly(1, -2, 0x1p-24f, 65504, -0x3ffp-24f, -0f, 0x1p-14f, 0x1.554p-2f);
    }

    @Test
    void aTensorHasExactlyTheElementsThatAreStoredInBfloat16() {
        StoredLatents latents =
                new StoredLatents(List.of(halves(0x3f80, 0xc000, 0x0001, 0x7f7f)), DataType.BFLOAT16, 4, 1, 1);

        assertThat(latents.tensor(manager).toFloatArray())
                .containsExactly(1, -2, Float.intBitsToFloat(0x0001_0000), Float.intBitsToFloat(0x7f7f_0000));
    }

    @Test
    void aTensorHasTheElementsThatAreStoredInSinglePrecision() {
        ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        floats.putFloat(1.1f).putFloat(-3e-42f).flip();

        assertThat(new StoredLatents(List.of(floats), DataType.FLOAT32, 1, 1, 2)
                        .tensor(manager)
                        .toFloatArray())
                .containsExactly(1.1f, -3e-42f);
    }

    @Test
    void aTensorIsMadeOfTheRemainingBytesWhichStayWhereTheyAre() {
        ByteBuffer within = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        within.putShort(4, (short) 0x3c00)
                .putShort(6, (short) 0x4000)
                .position(4)
                .limit(8);
        StoredLatents latents = new StoredLatents(List.of(within), DataType.FLOAT16, 1, 1, 2);

        assertThat(latents.tensor(manager).toFloatArray()).containsExactly(1, 2);
        assertThat(latents.tensor(manager).toFloatArray()).containsExactly(1, 2);
        assertThat(within.position()).isEqualTo(4);
    }

    @Test
    void aSliceHasTheLatentsOfARange() {
        StoredLatents latents =
                new StoredLatents(List.of(halves(0x3c00), halves(0x4000), halves(0x4200)), DataType.FLOAT16, 1, 1, 1);

        assertThat(latents.slice(1, 3).tensor(manager).toFloatArray()).containsExactly(2, 3);
        assertThat(latents.slice(0, 3)).isSameAs(latents);
    }

    @Test
    void latentsOfAnotherSizeAreRefused() {
        assertThatThrownBy(() -> new StoredLatents(List.of(halves(0, 0), halves(0, 0, 0)), DataType.FLOAT16, 1, 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("6 bytes for a latent of 1 x 1 x 2 in float16, which has 4");
        assertThatThrownBy(() -> new StoredLatents(List.of(), DataType.FLOAT16, 4, 8, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 latents of 4 x 8 x 8");
    }

    private static ByteBuffer halves(int... bits) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int half : bits) {
            bytes.putShort((short) half);
        }
        return bytes.flip();
    }
}
