package dev.latentstream.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.models.Reference;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.text.ClipTextEncoder.Taken;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.TensorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code tools/reference/clip.py}. */
class ClipTextEncoderTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theTextEncoderOfAPipelineAgreesWithTransformers() throws IOException {
        Path pipeline = pipeline();
        try (Reference reference = new Reference(manager, "clip-encoder");
                TextEncoder encoder = ClipTextEncoder.load(pipeline.resolve("text_encoder_2"), 1 << 16, Device.cpu())) {
            reference.assertAgrees(states(encoder, sentences()), "last");
            reference.assertAgrees(pooled(encoder, sentences()), "embeds");

            assertThat(encoder.tokens()).isEqualTo(12);
            assertThat(encoder.width()).isEqualTo(16);
            assertThat(encoder.pooledWidth()).isEqualTo(20);
            assertThat(encoder.id()).matches("clip-16-[0-9a-f]{16}");
        }
    }

    @ParameterizedTest
    @CsvSource({"PENULTIMATE, penultimate", "PENULTIMATE_UNNORMALISED, penultimate_unnormalised"})
    void theLayerBeforeTheLastOfAWholeClipAgreesWithTransformers(Taken taken, String expected) throws IOException {
        try (Reference reference = new Reference(manager, "clip-encoder");
                TextEncoder encoder = ClipTextEncoder.load(whole(), taken, 1 << 16, Device.cpu())) {
            reference.assertAgrees(states(encoder, sentences()), expected);
        }
    }

    @Test
    void thePooledEmbeddingOfAWholeClipIsProjected() throws IOException {
        try (Reference reference = new Reference(manager, "clip-encoder");
                TextEncoder encoder = ClipTextEncoder.load(whole(), Taken.PENULTIMATE, 1 << 16, Device.cpu())) {
            reference.assertAgrees(unit(pooled(encoder, sentences()), encoder.pooledWidth()), "text_embeds");
        }
    }

    @Test
    void thePipelineOfSdxlAgreesWithDiffusers() throws IOException {
        try (Reference reference = new Reference(manager, "clip-text-2");
                TextEncoder encoder = TextEncoderFolder.load(pipelineOfTwo(), 1 << 16, Device.cpu())) {
            reference.assertAgrees(states(encoder, sentences()), "states");
            reference.assertAgrees(pooled(encoder, sentences()), "pooled");

            assertThat(encoder.tokens()).isEqualTo(12);
            assertThat(encoder.width()).isEqualTo(40);
            assertThat(encoder.pooledWidth()).isEqualTo(10);
            assertThat(encoder.id()).matches("clip-16-[0-9a-f]{16}\\+clip-24-[0-9a-f]{16}");
        }
    }

    @Test
    void aPipelineWithOneEncoderIsLoaded() throws IOException {
        Path pipeline = pipelineOfTwo();
        String both;
        try (TextEncoder pair = TextEncoderFolder.load(pipeline, 1 << 16, Device.cpu())) {
            both = pair.id();
        }
        Files.move(pipeline.resolve("text_encoder"), pipeline.resolve("elsewhere"));
        try (TextEncoder refiner = TextEncoderFolder.load(pipeline, 1 << 16, Device.cpu())) {
            assertThat(both).endsWith("+" + refiner.id());
        }
        Files.move(pipeline.resolve("elsewhere"), pipeline.resolve("text_encoder"));
        Files.move(pipeline.resolve("text_encoder_2"), pipeline.resolve("elsewhere"));
        try (TextEncoder plain = TextEncoderFolder.load(pipeline, 1 << 16, Device.cpu());
                TextEncoder itself = TextEncoderFolder.load(pipeline.resolve("text_encoder"), 1 << 16, Device.cpu())) {
            assertThat(plain.id()).isEqualTo(itself.id());
        }
    }

    /** A {@code CLIPTextModel} of transformers 5 has no prefix; the encoder of Stable Diffusion, SDXL's first one. */
    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "model.fp16.safetensors", "model.safetensors.index.json"})
    void aTowerWithoutPrefixIsTheSameTower(String file) throws IOException {
        copy("clip-text", folder.resolve("old"), "config.json", "model.safetensors");
        copy("tokenizer-clip", folder.resolve("old"), "vocab.json", "merges.txt", "tokenizer_config.json");
        copy("tokenizer-clip", folder.resolve("new"), "vocab.json", "merges.txt", "tokenizer_config.json");
        for (String name : List.of("old", "new")) {
            String json = Files.readString(Reference.folder("clip-text").resolve("config.json"));
            Files.writeString(folder.resolve(name).resolve("config.json"), json.replace("WithProjection", ""));
            rewrite(folder.resolve(name), name.equals("new") ? file : "model.safetensors", name.equals("new"));
        }

        try (TextEncoder old = ClipTextEncoder.load(folder.resolve("old"), 0, Device.cpu());
                TextEncoder today = ClipTextEncoder.load(folder.resolve("new"), 0, Device.cpu())) {
            assertThat(today.id()).isEqualTo(old.id());
            assertThat(states(today, sentences())).isEqualTo(states(old, sentences()));
        }
    }

    /** Writes the tower of clip-text without its projection, and without its prefix where asked. */
    private void rewrite(Path target, String file, boolean bare) throws IOException {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (TensorStore store = TensorStore.open(Reference.folder("clip-text").resolve("model.safetensors"))) {
            for (String name : store.names()) {
                if (name.startsWith("text_model.")) {
                    tensors.put(bare ? name.substring("text_model.".length()) : name, store.tensor(manager, name));
                }
            }
        }
        Files.deleteIfExists(target.resolve("model.safetensors"));
        if (!file.endsWith(".json")) {
            SafetensorsWriter.write(target.resolve(file), tensors, Map.of(), Precision.F32);
            return;
        }
        Map<String, Object> shards = new LinkedHashMap<>();
        for (String name : tensors.keySet()) {
            String shard = "model-0000%d-of-00002.safetensors".formatted(shards.size() % 2 + 1);
            shards.put(name, shard);
        }
        for (Object shard : Set.copyOf(shards.values())) {
            Map<String, NDArray> part = new LinkedHashMap<>(tensors);
            part.keySet().removeIf(name -> !shard.equals(shards.get(name)));
            SafetensorsWriter.write(target.resolve((String) shard), part, Map.of(), Precision.F32);
        }
        Files.write(target.resolve(file), ModelConfig.bytes(Map.of("weight_map", shards)));
    }

    @Test
    void encodersOfOtherLengthsAndAThirdOneAreRefused() throws IOException {
        Path pipeline = pipelineOfTwo();
        Path config = pipeline.resolve("text_encoder_2/config.json");
        Files.createDirectory(pipeline.resolve("text_encoder_3"));
        assertThatThrownBy(() -> TextEncoderFolder.load(pipeline, 1 << 16, Device.cpu()))
                .hasMessage(pipeline + ": pipelines with three text encoders are not supported");
        Files.delete(pipeline.resolve("text_encoder_3"));

        Files.writeString(
                config,
                Files.readString(config).replace("\"max_position_embeddings\": 12", "\"max_position_embeddings\": 11"));
        assertThatThrownBy(() -> TextEncoderFolder.load(pipeline, 1 << 16, Device.cpu()))
                .hasMessageContaining("text_model.embeddings.position_embedding.weight");
    }

    @Test
    void theStatesOfACaptionDoNotDependOnTheBatchAndPaddingCounts() throws IOException {
        try (TextEncoder encoder = ClipTextEncoder.load(whole(), 0, Device.cpu())) {
            TextStates alone = encoder.encode(List.of("a red house"));
            TextStates among = encoder.encode(List.of("", "a red house"));

            assertThat(among.on(manager).bias()).isNull(); // nothing is masked
            for (int token = 0; token < 12; token++) {
                assertThat(among.state(1, token, 5)).isEqualTo(alone.state(0, token, 5));
            }
        }
    }

    @Test
    void otherLayersOfTheSameTowerHaveAnotherId() throws IOException {
        Path folder = whole();
        try (TextEncoder last = ClipTextEncoder.load(folder, Taken.LAST, 0, Device.cpu());
                TextEncoder penultimate = ClipTextEncoder.load(folder, Taken.PENULTIMATE, 0, Device.cpu());
                TextEncoder again = ClipTextEncoder.load(folder, Taken.LAST, 1 << 20, Device.cpu())) {
            assertThat(penultimate.id()).isNotEqualTo(last.id());
            assertThat(again.id()).isEqualTo(last.id());
        }
    }

    @Test
    void openClipHUsesTheLayerBeforeItsLastAndOthersTheirLast() {
        assertThat(Taken.defaultFor(ClipText.Config.openClipH())).isEqualTo(Taken.PENULTIMATE);
        assertThat(Taken.defaultFor(ClipText.Config.openClipH().withoutProjection(23)))
                .isEqualTo(Taken.LAST); // as in Stable Diffusion 2, without the last layer
        assertThat(Taken.defaultFor(ClipText.Config.clipL())).isEqualTo(Taken.LAST);
        assertThat(Taken.defaultFor(ClipText.Config.openClipBigG())).isEqualTo(Taken.LAST);
    }

    @Test
    void aPipelineWithoutTokenizerIsRefused() throws IOException {
        Path pipeline = pipeline();
        Files.delete(pipeline.resolve("tokenizer_2/vocab.json"));

        assertThatThrownBy(() -> ClipTextEncoder.load(pipeline.resolve("text_encoder_2"), 1 << 16, Device.cpu()))
                .hasMessage(
                        pipeline.resolve("tokenizer_2") + ": neither tokenizer.json nor vocab.json with merges.txt");
    }

    @Test
    void theScorerAgreesWithTransformers() throws IOException {
        try (Reference reference = new Reference(manager, "clip-encoder");
                Reference images = new Reference(manager, "clip");
                ClipScorer scorer = ClipScorer.load(whole(), Device.cpu())) {
            float[][] scores = scorer.scores(images.images("images"), sentences());

            float[] all = new float[10];
            System.arraycopy(scores[0], 0, all, 0, 5);
            System.arraycopy(scores[1], 0, all, 5, 5);
            reference.assertAgrees(all, "cosines");
            assertThat(scorer.id()).matches("[0-9a-f]{64}");
        }
    }

    @Test
    void theScorerTakesImagesOfAnySize() throws IOException {
        float[] grey = new float[3 * 20 * 40];
        Arrays.fill(grey, 0.5f);
        float[] small = new float[3 * 16 * 16];
        Arrays.fill(small, 0.5f);
        try (ClipScorer scorer = ClipScorer.load(whole(), Device.cpu())) {
            float[][] wide = scorer.scores(new ImageBatch(1, 20, 40, grey), List.of("a red house"));
            float[][] square = scorer.scores(new ImageBatch(1, 16, 16, small), List.of("a red house"));

            assertThat(wide[0][0]).isBetween(square[0][0] - 1e-4f, square[0][0] + 1e-4f);
        }
    }

    private static float[] states(TextEncoder encoder, List<String> captions) {
        TextStates states = encoder.encode(captions);
        float[] all = new float[captions.size() * encoder.tokens() * encoder.width()];
        for (int i = 0; i < all.length; i++) {
            int token = i / encoder.width();
            all[i] = states.state(token / encoder.tokens(), token % encoder.tokens(), i % encoder.width());
        }
        return all;
    }

    private static float[] pooled(TextEncoder encoder, List<String> captions) {
        TextStates states = encoder.encode(captions);
        float[] all = new float[captions.size() * encoder.pooledWidth()];
        for (int i = 0; i < all.length; i++) {
            all[i] = states.pooled(i / encoder.pooledWidth(), i % encoder.pooledWidth());
        }
        return all;
    }

    /** Each embedding scaled to length 1. */
    private static float[] unit(float[] vectors, int width) {
        float[] unit = vectors.clone();
        for (int from = 0; from < unit.length; from += width) {
            double squares = 0;
            for (int i = from; i < from + width; i++) {
                squares += unit[i] * unit[i];
            }
            for (int i = from; i < from + width; i++) {
                unit[i] /= (float) Math.sqrt(squares);
            }
        }
        return unit;
    }

    private static List<String> sentences() throws IOException {
        JsonNode rows = new ObjectMapper()
                .readTree(Reference.folder("tokenizer-clip")
                        .resolve("reference.json")
                        .toFile());
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sentences.add(rows.get(i).get("text").asText());
        }
        return sentences;
    }

    /** As in diffusers: the text encoder in one folder, its tokenizer in another. */
    /** The network has no embedding for the last one: the first caption with it would end a run. */
    @Test
    void aTokenizerWithMoreTokensThanTheNetworkIsRefused() throws IOException {
        Path pipeline = pipeline();
        Path vocabulary = pipeline.resolve("tokenizer_2/vocab.json");
        String tokens = Files.readString(vocabulary).strip();
        Files.writeString(vocabulary, tokens.substring(0, tokens.length() - 1) + ", \"<sks>\": 1100}");

        assertThatThrownBy(() -> ClipTextEncoder.load(pipeline.resolve("text_encoder_2"), 1 << 16, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessage(vocabulary + ": it has 1101 tokens; vocab_size in config.json is 1100");
    }

    private Path pipeline() throws IOException {
        copy("clip-text", folder.resolve("text_encoder_2"), "config.json", "model.safetensors");
        copy("tokenizer-clip", folder.resolve("tokenizer_2"), "vocab.json", "merges.txt", "tokenizer_config.json");
        return folder;
    }

    /** As in diffusers, of SDXL. */
    private Path pipelineOfTwo() throws IOException {
        copy("clip-text", folder.resolve("text_encoder"), "config.json", "model.safetensors");
        copy("tokenizer-clip", folder.resolve("tokenizer"), "vocab.json", "merges.txt", "tokenizer_config.json");
        copy("clip-text-2", folder.resolve("text_encoder_2"), "config.json", "model.safetensors");
        copy("tokenizer-clip-h", folder.resolve("tokenizer_2"), "tokenizer.json", "tokenizer_config.json");
        return folder;
    }

    /** As in transformers: both towers, the tokenizer and the preprocessing in one folder. */
    private Path whole() throws IOException {
        copy("clip", folder, "config.json", "model.safetensors", "preprocessor_config.json");
        copy("tokenizer-clip-h", folder, "tokenizer.json", "tokenizer_config.json");
        return folder;
    }

    private static void copy(String name, Path target, String... files) throws IOException {
        Files.createDirectories(target);
        for (String file : files) {
            Files.copy(Reference.folder(name).resolve(file), target.resolve(file));
        }
    }
}
