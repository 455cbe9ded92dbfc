package dev.latentstream.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNetReference;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final NDArray first = Torch.tensor(manager, new float[] {1, 2}, 2);
    private final NDArray second = Torch.tensor(manager, new float[] {3}, 1);

    @TempDir
    private Path folder;

    @BeforeEach
    void shards() throws IOException {
        write("model-1.safetensors", Map.of("a", first));
        write("model-2.safetensors", Map.of("b", second));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shardsAreReadAsOneFile() throws IOException {
        index("{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}");

        try (TensorStore store = TensorStore.open(folder.resolve("model.safetensors"))) {
            assertThat(store.names()).containsExactlyInAnyOrder("a", "b");
            assertThat(store.tensor(manager, "a")).isEqualTo(first);
            assertThat(store.tensor(manager, "b")).isEqualTo(second);
        }
    }

    @Test
    void theHalfPrecisionFileReplacesAMissingOne() throws IOException {
        write("net.fp16.safetensors", Map.of("a", first));

        try (TensorStore store = TensorStore.open(folder.resolve("net.safetensors"))) {
            assertThat(store.tensor(manager, "a")).isEqualTo(first);
        }
    }

    /** As {@code save_pretrained(variant=..., max_shard_size=...)} of diffusers and transformers names them. */
    @ParameterizedTest
    @ValueSource(strings = {"fp16", "bf16", "fp32"})
    void shardsOfAVariantReplaceAMissingFile(String variant) throws IOException {
        write("net.%s-00001-of-00002.safetensors".formatted(variant), Map.of("a", first));
        write("net.%s-00002-of-00002.safetensors".formatted(variant), Map.of("b", second));
        Files.writeString(
                folder.resolve("net.safetensors.index.%s.json".formatted(variant)),
                "{\"weight_map\":{\"a\":\"net.%1$s-00001-of-00002.safetensors\",\"b\":\"net.%1$s-00002-of-00002.safetensors\"}}"
                        .formatted(variant));

        try (TensorStore store = TensorStore.open(folder.resolve("net.safetensors"))) {
            assertThat(store.tensor(manager, "a")).isEqualTo(first);
            assertThat(store.tensor(manager, "b")).isEqualTo(second);
        }
    }

    @Test
    void theUnnamedVariantTakesPrecedence() throws IOException {
        write("net.fp16.safetensors", Map.of("a", second));
        write("net.safetensors", Map.of("a", first));

        try (TensorStore store = TensorStore.open(folder.resolve("net.safetensors"))) {
            assertThat(store.tensor(manager, "a")).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net-00001-of-00002.bin",
                "net.fp16.bin",
                "pytorch_model.fp16.bin",
                "pytorch_model-00001-of-00002.bin",
                "net.ckpt"
            })
    void pickledPartsAndVariantsAreRefusedWithTheRemedy(String name) throws IOException {
        Path pickled = Files.createFile(folder.resolve(name));

        assertThatThrownBy(() ->
                        TensorStore.open(folder.resolve("net.safetensors")).close())
                .hasMessageStartingWith(pickled + ": pickled weights");
    }

    @Test
    void missingWeightsAreNamed() {
        Path missing = folder.resolve("other.safetensors");

        assertThatThrownBy(() -> TensorStore.open(missing).close()).hasMessage(missing + ": no such file");
    }

    @Test
    void anOversizedIndexIsRefusedUnread() throws IOException {
        Path index = folder.resolve("model.safetensors.index.json");
        try (RandomAccessFile file = new RandomAccessFile(index.toFile(), "rw")) {
            file.setLength(1L << 30); // sparse: it takes no room on the disk
        }

        assertThatThrownBy(() -> TensorStore.open(index).close())
                .hasMessage(index + ": an index of 1073741824 bytes; at most 16777216 are read");
    }

    /** Made by diffusers ({@code tools/reference/unet.py}). */
    @Test
    void aUNetThatDiffusersShardedIsLoaded() throws IOException {
        UNet2DConditionModel whole = UNetReference.load(Reference.folder("unet-mixed"), manager);

        UNet2DConditionModel split = UNetReference.load(Reference.folder("unet-split"), manager);

        whole.weights()
                .forEach((name, weight) ->
                        assertThat(UNetReference.value(split, name)).as(name).isEqualTo(weight.value()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"model-1.safetensors\" | not valid JSON",
                "{\"a\":\"model-1.safetensors\",\"b\":\"model-1.safetensors\"} | tensor b is not in model-1.safetensors",
                "{\"b\":\"model-1.safetensors\"} | model-1.safetensors contains tensor a, which the index places in no file",
                "{\"a\":\"model-3.safetensors\"} | model-3.safetensors: no such file",
                "{\"a\":\"../model-1.safetensors\"} | is not the name of a safetensors file beside it",
                "{\"a\":\"model-1.bin\"} | is not the name of a safetensors file beside it",
                "{\"a\":\"model-1.safetensors\",\"a\":\"model-2.safetensors\"} | not valid JSON: Duplicate field 'a'",
                "{\"a\":1} | a is 1; expected a string",
                "[] | no object"
            })
    void anIndexThatItsShardsContradictIsRefused(String weightMap, String fault) throws IOException {
        index(weightMap);

        assertThatThrownBy(() ->
                        TensorStore.open(folder.resolve("model.safetensors")).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    private void write(String name, Map<String, NDArray> tensors) throws IOException {
        SafetensorsWriter.write(folder.resolve(name), tensors, Map.of(), Precision.F32);
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":12},\"weight_map\":%s}".formatted(weightMap));
    }
}
