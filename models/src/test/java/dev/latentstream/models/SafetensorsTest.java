package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.SafetensorsWriter.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void whatIsWrittenIsReadBackByThisReaderAndByDjls() throws IOException {
        NDArray matrix = Torch.tensor(manager, new float[] {1, -2, 3.5f, 1e-7f, 0, 9}, 2, 3);
        NDArray steps = Torch.indices(manager, new long[] {7, -1}, 2);
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(file, Map.of("m", matrix, "s", steps), Map.of("made", "here"), Precision.F32);

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.metadata()).containsEntry("made", "here");
            assertThat(read.tensor(manager, "m")).isEqualTo(matrix);
            assertThat(read.tensor(manager, "s")).isEqualTo(steps);
        }
        NDList djl = NDList.decode(manager, Files.readAllBytes(file));
        assertThat(djl.get("m").toFloatArray()).isEqualTo(matrix.toFloatArray());
    }

    @Test
    void everyHalfSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float value = Safetensors.halfToFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(SafetensorsWriter.floatToHalf(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToTheNearestWithTiesToEven() {
        assertThat(SafetensorsWriter.floatToHalf(1 + 0x1p-11f)).isEqualTo((short) 0x3c00);
        assertThat(SafetensorsWriter.floatToHalf(1 + 3 * 0x1p-11f)).isEqualTo((short) 0x3c02);
        assertThat(SafetensorsWriter.floatToHalf(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(SafetensorsWriter.floatToHalf(65520f)).isEqualTo((short) 0x7c00);
        assertThat(SafetensorsWriter.floatToHalf(0x1p-25f)).isEqualTo((short) 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | has offsets [0,8] in 4 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | needs 8 bytes and has 4",
                "{\"a\":{\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]}} | 4 | has the type \"F8\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 8 | end at byte",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,4]}} | 4 | too large",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | 4 | list of whole numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | begins at 4",
                "[[[[[[[[[[[[]]]]]]]]]]]] | 0 | not sound JSON",
                "[] | 0 | not a JSON object",
                "{\"a\":1,\"a\":2} | 0 | not sound JSON"
            })
    void aLyingHeaderIsRefusedWithItsFault(String header, int dataBytes, String fault) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        Path path = Files.write(folder.resolve("lie.safetensors"), file.array());

        assertThatThrownBy(() -> Safetensors.open(path).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void aHeaderLongerThanTheFileIsRefusedBeforeItIsRead() throws IOException {
        Path path = folder.resolve("long.safetensors");
        Files.write(
                path,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(1L << 40)
                        .array());

        assertThatThrownBy(() -> Safetensors.open(path).close())
                .hasMessageContaining("header length 1099511627776 does not fit a file of 16 bytes");
    }
}
