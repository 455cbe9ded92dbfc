package dev.latentstream.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
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
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aWrittenFileIsReadBackByThisReaderAndByDjls() throws IOException {
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
    void everyHalfSurvivesTheConversionToFloatAndBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float value = HalfFloats.fromHalf((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(HalfFloats.toHalf(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToTheNearestWithTiesToEven() {
        assertThat(HalfFloats.toHalf(1 + 0x1p-11f)).isEqualTo((short) 0x3c00);
        assertThat(HalfFloats.toHalf(1 + 3 * 0x1p-11f)).isEqualTo((short) 0x3c02);
        assertThat(HalfFloats.toHalf(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(HalfFloats.toHalf(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfFloats.toHalf(0x1p-25f)).isEqualTo((short) 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | has offsets [0,8] in 4 bytes of data",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | needs 8 bytes and has 4",
                "{\"a\":{\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]}} | 4 | has the type \"F8\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 8 | end at byte",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,4]}} | 4 | too large",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[92233720368547758070],\"data_offsets\":[0,4]}} | 4 | list of integers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | 4 | list of integers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[[[[[[[[[1]]]]]]]]],\"data_offsets\":[0,4]}} | 4 | list of integers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | starts at 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}} | 6 | tensor b starts at 2; the previous tensor ends at 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | tensor a occurs twice",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}} | 4 | lacks its dtype, shape or data_offsets",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[1],\"data_offsets\":[0,4]}} | 4 | tensor a has its dtype, shape or data_offsets twice",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"code\":1}} | 4 | has the unknown field code",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}[] | 4 | continues after its JSON object",
                "{\"__metadata__\":{\"step\":7}} | 0 | has 7 where a string belongs",
                "{\"a\":1,\"a\":2} | 0 | has 1 where an object belongs",
                "[[[[[[[[[[[[]]]]]]]]]]]] | 0 | not a JSON object",
                "{\"a\" | 0 | not valid JSON"
            })
    void aLyingHeaderIsRefusedWithItsFault(String header, int dataBytes, String fault) throws IOException {
        Path path = Files.write(folder.resolve("lie.safetensors"), file(header, dataBytes));

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

    @Test
    void aHeaderOfAGigabyteIsRefusedWithoutMemoryForIt() throws IOException {
        Path path = folder.resolve("huge.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(new byte[] {0, 0, 0, 0x40, 0, 0, 0, 0});
            file.setLength((1L << 30) + 8); // sparse: it takes no room on the disk
        }

        long before = allocated();
        assertThatThrownBy(() -> Safetensors.open(path).close())
                .hasMessageContaining("header length 1073741824; at most 16777216 is read");
        assertThat(allocated() - before).isLessThan(1 << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "model.bin, ''",
        "model.pt, ''",
        "zipped.safetensors, PK\u0003\u0004",
        "bare.safetensors, \u0080\u0002}q"
    })
    void pickledWeightsAreRefusedWithTheAdviceToConvertThem(String name, String content) throws IOException {
        Path path = Files.write(folder.resolve(name), (content + "12345678").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> TensorStore.open(path).close())
                .hasMessageStartingWith(path + ": pickled weights can run code and are not read; convert them");
    }

    @Test
    void aFolderWithOnlyPickledWeightsIsRefusedWithTheRemedy() throws IOException {
        Path pickled = Files.createFile(folder.resolve("diffusion_pytorch_model.bin"));
        Path wanted = folder.resolve("diffusion_pytorch_model.safetensors");

        assertThatThrownBy(() -> TensorStore.open(wanted).close())
                .hasMessageStartingWith(pickled + ": pickled weights");
    }

    @Test
    void bfloat16RoundsToTheNearestWithTiesToEven() throws IOException {
        float[] values = {1, -0f, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 3.4e38f, Float.NEGATIVE_INFINITY, 1e-40f};
        Path file = folder.resolve("b.safetensors");

        SafetensorsWriter.write(file, Map.of("b", Torch.tensor(manager, values, 7)), Map.of(), Precision.BF16);

        try (Safetensors read = Safetensors.open(file)) {
            NDArray expected = Torch.cast(Torch.cast(Torch.tensor(manager, values, 7), Torch.BFLOAT16), Torch.FLOAT32);
            assertThat(read.tensor(manager, "b").toFloatArray()).containsExactly(expected.toFloatArray());
        }
        assertThat(HalfFloats.toBfloat16(Float.NaN) & 0x7fff).isGreaterThan(0x7f80);
    }

    @Test
    void float64IsRoundedToTheNearestFloat() throws IOException {
        double[] values = {1, -0.1, 1e-50, 1 + 0x1p-24, 1 + 3 * 0x1p-24, Double.NEGATIVE_INFINITY};
        Path file = tensor("F64", 6, doubles(values));

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.tensor(manager, "x").toFloatArray())
                    .containsExactly(1, -0.1f, 0, 1, 1 + 0x1p-22f, Float.NEGATIVE_INFINITY);
        }
    }

    @Test
    void float64BeyondTheRangeOfAFloatIsRefused() throws IOException {
        Path file = tensor("F64", 2, doubles(1, -1e39));

        try (Safetensors read = Safetensors.open(file)) {
            assertThatThrownBy(() -> read.tensor(manager, "x"))
                    .hasMessage(file + ": tensor x has the value -1.0E39, beyond the range of 32 bits");
        }
    }

    @Test
    void float64TensorsLargerThanAWindowAreReadWhole() throws IOException {
        double[] values = new double[300_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Path file = tensor("F64", values.length, doubles(values));

        try (Safetensors read = Safetensors.open(file)) {
            float[] found = read.tensor(manager, "x").toFloatArray();
            for (int i = 0; i < values.length; i++) {
                if (found[i] != values[i]) {
                    assertThat(found[i]).as("%d", i).isEqualTo((float) values[i]);
                }
            }
        }
    }

    /** A tensor that no network uses, such as a list of positions in 32 bits, does not hinder the others. */
    @ParameterizedTest
    @CsvSource({"I32, 4", "F8_E4M3, 1", "U8, 1", "BOOL, 1"})
    void aTensorOfAnotherTypeIsRefusedOnlyWhenItIsRead(String type, int bytes) throws IOException {
        Path file = tensor(type, 3, new byte[3 * bytes]);

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.shape("x")).isEqualTo(new ai.djl.ndarray.types.Shape(3));
            assertThatThrownBy(() -> read.tensor(manager, "x"))
                    .hasMessage("%s: tensor x has the type %s; supported are F64, F32, F16, BF16 and I64", file, type);
        }
    }

    @Test
    void aFolderInPlaceOfAFileIsNamed() throws IOException {
        Path inPlace = Files.createDirectory(folder.resolve("model.safetensors"));

        assertThatThrownBy(() -> Safetensors.open(inPlace)).hasMessage(inPlace + ": a folder, not a file");
        assertThatThrownBy(() -> TensorStore.open(inPlace)).hasMessage(inPlace + ": a folder, not a file");
    }

    @Test
    void aHeaderThatIsCutIsDescribedWithoutRemarksOfTheParser() throws IOException {
        Path file = Files.write(folder.resolve("cut.safetensors"), file("{\"a\": {\"shape\": [1 ", 0));

        assertThatThrownBy(() -> Safetensors.open(file))
                .hasMessage(file
                        + ": the header is not valid JSON: Unexpected end-of-input: expected close marker for Array");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void weightsThatAreNotFiniteAreRefused(float value) throws IOException {
        Path file = folder.resolve("a.safetensors");
        Linear layer = Linear.of(2, 1);
        Map<String, NDArray> values = Map.of(
                "weight",
                Torch.tensor(manager, new float[] {1, 2}, 1, 2),
                "bias",
                Torch.tensor(manager, new float[] {value}, 1));
        SafetensorsWriter.write(file, values, Map.of(), Precision.F32);

        assertThatThrownBy(() -> WeightFiles.load(layer, manager, file, name -> name))
                .isInstanceOf(IOException.class)
                .hasMessage("%s: bias has the value %s; weights must be finite".formatted(file, value));
    }

    @Test
    void aPointerOfGitLfsIsNamed() throws IOException {
        Path pointer = Files.writeString(folder.resolve("net.safetensors"), """
                version https://git-lfs.github.com/spec/v1
                oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
                size 12345
                """);

        assertThatThrownBy(() -> TensorStore.open(pointer).close())
                .hasMessage(pointer + ": a pointer of Git LFS, not the file itself; run: git lfs pull");
        Path config = Files.copy(pointer, folder.resolve("config.json"));
        assertThatThrownBy(() -> ModelConfig.read(config))
                .hasMessage(config + ": a pointer of Git LFS, not the file itself; run: git lfs pull");
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private Path tensor(String type, int size, byte[] data) throws IOException {
        byte[] json = "{\"x\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                .formatted(type, size, data.length)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json).put(data);
        return Files.write(folder.resolve("typed.safetensors"), file.array());
    }

    private static byte[] doubles(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return bytes.array();
    }

    @Test
    void tensorsLargerThanAWindowAreWrittenAndReadWhole() throws IOException {
        float[] values = new float[3_000_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2048; // exact in a half
        }
        Map<String, NDArray> tensors = Map.of("x", Torch.tensor(manager, values, values.length));
        for (Precision precision : Precision.values()) {
            Path file = folder.resolve(precision + ".safetensors");

            SafetensorsWriter.write(file, tensors, Map.of(), precision);

            int exact = precision == Precision.BF16 ? 256 : 2048; // 8 bits of precision
            try (Safetensors read = Safetensors.open(file)) {
                float[] found = read.tensor(manager, "x").toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    if (values[i] <= exact && found[i] != values[i]) {
                        assertThat(found[i]).as("%s %d", precision, i).isEqualTo(values[i]);
                    }
                }
            }
        }
    }

    @Test
    void aTensorAfterTwoGibibytesIsRead() throws IOException {
        long filler = 3L << 30;
        String header = "{\"filler\":{\"dtype\":\"BF16\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                        .formatted(filler / 2, filler)
                + "\"last\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[%d,%d]}}".formatted(filler, filler + 8);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Path path = folder.resolve("large.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.writeLong(Long.reverseBytes(json.length));
            file.write(json);
            file.seek(8 + json.length + filler); // sparse: what is skipped takes no room on the disk
            file.writeLong(Long.reverseBytes(1234567890123L));
        }

        try (Safetensors read = Safetensors.open(path)) {
            assertThat(read.shape("filler").size()).isEqualTo(filler / 2);
            assertThat(read.tensor(manager, "last").getLong()).isEqualTo(1234567890123L);
        }
    }

    @Test
    void refusesATensorOfATypeThatItWouldHaveToGuess() {
        NDArray bytes = manager.create(new byte[] {1, 2});

        assertThatThrownBy(() -> SafetensorsWriter.write(
                        folder.resolve("x.safetensors"), Map.of("x", bytes), Map.of(), Precision.F32))
                .hasMessage("tensor x is int8; FLOAT32 and INT64 are written");
    }

    /** Bytes that this thread has allocated. */
    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
