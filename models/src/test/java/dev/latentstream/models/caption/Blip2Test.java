package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.NameList;
import dev.latentstream.models.Reference;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code tools/reference/blip2.py}. */
class Blip2Test {
    private static final int END = 661;
    private static final int COMMON = 152;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    /** Ids of captioners are in the captions that they wrote. */
    @Test
    void theTextOfTheConfigurationInIdsStaysTheSame() throws IOException {
        assertThat(Blip2Files.describe(Reference.folder("blip2")).identity())
                .isEqualTo(
                        "Described[config=Config[vision=Config[side=16, patch=4, width=24, inner=40, depth=2, heads=3, "
                                + "eps=1.0E-6], queries=5, querying=Config[width=16, inner=28, depth=3, heads=2, crossEvery=2, "
                                + "eps=1.0E-12], text=Config[words=768, positions=24, width=20, inner=28, depth=2, heads=2]], end=661, "
                                + "pixels=PixelScale[mean=[0.48145466, 0.4578275, 0.40821073], "
                                + "deviation=[0.26862954, 0.26130258, 0.27577711]]]");
    }

    @Test
    void agreesWithTransformers() throws IOException {
        try (Reference reference = new Reference(manager, "blip2");
                Blip2Captioner captioner = Blip2Captioner.open(whole(), Device.cpu())) {
            NDArray prompt = reference.tensor("prompt").reshape(1, -1).broadcast(3, 7);

            NDArray encoded =
                    captioner.network().encodeImage(Pass.PLAIN, captioner.normalised(reference.images("images")));
            NDArray queried = captioner.network().query(Pass.PLAIN, encoded);
            NDArray scores = captioner.network().decode(Pass.PLAIN, queried, prompt, new KeyValueCache());

            reference.assertAgrees(encoded.toFloatArray(), "seen");
            reference.assertAgrees(queried.toFloatArray(), "queries");
            reference.assertAgrees(scores.toFloatArray(), "scores");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', plain", "a photo of, prompted"})
    void generatesTheTokensOfTransformers(String prompt, String expected) throws IOException {
        try (Reference reference = new Reference(manager, "blip2");
                Blip2Captioner captioner = Blip2Captioner.open(whole(), Device.cpu())) {
            NDArray queried = captioner
                    .network()
                    .query(
                            Pass.PLAIN,
                            captioner
                                    .network()
                                    .encodeImage(Pass.PLAIN, captioner.normalised(reference.images("images"))));
            long[] all = reference.tensor(expected).toLongArray();
            int length = all.length / 3;

            List<Hypothesis> texts =
                    captioner.generate(queried, new CaptionRequest(prompt, 8, new DecodingStrategy.Greedy()));

            for (int i = 0; i < 3; i++) {
                long[] row = Arrays.copyOfRange(all, length * i, length * (i + 1));
                long[] text =
                        Arrays.stream(row).takeWhile(token -> token != END).toArray();
                assertThat(texts.get(i).tokens()).as("image %d", i).containsExactly(text);
                assertThat(texts.get(i).complete()).isEqualTo(text.length < 8);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void itsBeamsEndWhereThoseOfTransformersEnd(int beams) throws IOException {
        whole();
        String json = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"), json.replace("\"eos_token_id\": " + END, "\"eos_token_id\": " + COMMON));
        try (Reference reference = new Reference(manager, "blip2");
                Blip2Captioner captioner = Blip2Captioner.open(folder, Device.cpu())) {
            NDArray encoded =
                    captioner.network().encodeImage(Pass.PLAIN, captioner.normalised(reference.images("many")));
            NDArray queried = captioner.network().query(Pass.PLAIN, encoded);
            long[] all = reference.tensor("beams_" + beams).toLongArray();

            List<Hypothesis> texts =
                    captioner.generate(queried, new CaptionRequest("", 7, new DecodingStrategy.Beam(beams)));

            for (int i = 0; i < 24; i++) {
                long[] row = Arrays.copyOfRange(all, 7 * i, 7 * (i + 1));
                long[] text =
                        Arrays.stream(row).takeWhile(token -> token != COMMON).toArray();
                assertThat(texts.get(i).tokens()).as("image %d", i).containsExactly(text);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aTextEndsAtAnyOfSeveralEndsAsInTransformers(int beams) throws IOException {
        List<Long> ends = List.of((long) END, (long) COMMON, 528L);
        whole();
        String json = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                json.replace("\"eos_token_id\": " + END, "\"eos_token_id\": [661, 152, 528]"));
        try (Reference reference = new Reference(manager, "blip2");
                Blip2Captioner captioner = Blip2Captioner.open(folder, Device.cpu())) {
            NDArray encoded =
                    captioner.network().encodeImage(Pass.PLAIN, captioner.normalised(reference.images("many")));
            NDArray queried = captioner.network().query(Pass.PLAIN, encoded);
            long[] all = reference.tensor("ends_" + beams).toLongArray();
            DecodingStrategy decoding = beams == 1 ? new DecodingStrategy.Greedy() : new DecodingStrategy.Beam(beams);

            List<Hypothesis> texts = captioner.generate(queried, new CaptionRequest("", 7, decoding));

            for (int i = 0; i < 24; i++) {
                long[] row = Arrays.copyOfRange(all, 7 * i, 7 * (i + 1));
                long[] text = Arrays.stream(row)
                        .takeWhile(token -> !ends.contains(token))
                        .toArray();
                assertThat(texts.get(i).tokens()).as("image %d", i).containsExactly(text);
            }
        }
    }

    @Test
    void captionsEveryImageOncePerRequest() throws IOException {
        try (Reference reference = new Reference(manager, "blip2");
                Blip2Captioner captioner = Blip2Captioner.open(whole(), Device.cpu())) {
            List<CaptionRequest> requests = List.of(
                    new CaptionRequest("", 5, new DecodingStrategy.Beam(3)),
                    new CaptionRequest("a", 4, new DecodingStrategy.Greedy()));

            List<List<GeneratedCaption>> captions = captioner.caption(reference.images("images"), requests);

            assertThat(captions).hasSize(3).allSatisfy(of -> assertThat(of).hasSize(2));
            assertThat(captions.get(0).get(1).probabilities()).hasSizeBetween(1, 4);
            assertThat(captioner.id()).matches("blip-2-[0-9a-f]{64}");
        }
    }

    @Test
    void theOfficialCaptionerHasTheTensorsOfTransformers() throws IOException {
        Files.copy(Reference.folder("blip2-opt-2.7b.json"), folder.resolve("config.json"));
        Files.writeString(folder.resolve("preprocessor_config.json"), "{\"size\": {\"height\": 224, \"width\": 224}}");
        Map<String, String> expected = NameList.read("blip2-opt-2.7b.names.gz");
        expected.remove("language_model.lm_head.weight"); // a second name of the embedding matrix

        Blip2 network = new Blip2(Blip2Files.describe(folder).config());

        assertThat(NameList.of(network)).isEqualTo(expected);
        assertThat(network.parameters()).isEqualTo(3_744_761_856L);
    }

    /** transformers 5 computes with it where it differs from the embeddings, transformers 4 does not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSeparateHeadIsRefusedUnlessItIsThatOfTheEmbeddings(boolean same) throws IOException {
        whole();
        Path weights = folder.resolve("model.safetensors");
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(weights)) {
            for (String name : file.names()) {
                tensors.put(name, file.tensor(manager, name));
            }
        }
        NDArray embeddings = Objects.requireNonNull(tensors.get("language_model.model.decoder.embed_tokens.weight"));
        tensors.put("language_model.lm_head.weight", same ? embeddings : embeddings.add(1e-6));
        SafetensorsWriter.write(weights, tensors, Map.of(), SafetensorsWriter.Precision.F32);

        if (same) {
            Blip2Captioner.open(folder, Device.cpu()).close();
        } else {
            assertThatThrownBy(() -> Blip2Captioner.open(folder, Device.cpu()))
                    .hasMessage(
                            weights
                                    + ": language_model.lm_head.weight is not that of the embeddings; supported is a tied head");
        }
    }

    @Test
    void theConfigurationThatTransformers5WritesIsTheSame() throws IOException {
        whole();
        Files.copy(
                Reference.folder("blip2-current.json"),
                folder.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(Blip2Files.describe(folder)).isEqualTo(Blip2Files.describe(Reference.folder("blip2")));
    }

    @Test
    void squaresAsListsAreRead() throws IOException {
        whole();
        String json = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                json.replace("\"image_size\": 16", "\"image_size\": [16, 16]")
                        .replace("\"patch_size\": 4", "\"patch_size\": [4, 4]"));

        assertThat(Blip2Files.describe(folder)).isEqualTo(Blip2Files.describe(Reference.folder("blip2")));
    }

    @Test
    void aPromptThatLeavesNoRoomIsRefused() throws IOException {
        try (Reference reference = new Reference(manager, "blip2");
                Blip2Captioner captioner = Blip2Captioner.open(whole(), Device.cpu())) {
            ImageBatch images = reference.images("images");
            CaptionRequest request = new CaptionRequest("!".repeat(18), 5, new DecodingStrategy.Greedy());

            assertThatThrownBy(() -> captioner.caption(images, List.of(request)))
                    .hasMessage("a prompt of 19 tokens leaves no room in the 19 text positions of the decoder");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"relu\" | \"gelu\" | activation_function is \"gelu\"; supported is \"relu\"",
                "\"model_type\": \"opt\" | \"model_type\": \"t5\" | model_type is \"t5\"; supported is opt",
                "\"do_layer_norm_before\": true | \"do_layer_norm_before\": false | supported is true",
                "\"word_embed_proj_dim\": 20 | \"word_embed_proj_dim\": 10 | supported is hidden_size, 20",
                "\"use_qformer_text_input\": false | \"use_qformer_text_input\": true | supported is false",
                "\"image_size\": 16 | \"image_size\": [16, 12] | image_size is [16,12]; supported is a square",
                "\"eos_token_id\": 661 | \"eos_token_id\": 661, \"bos_token_id\": 3 | text_config.bos_token_id is 3; supported is the tokenizer's start token, 2",
                "\"eos_token_id\": 661 | \"eos_token_id\": [] | eos_token_id is []; at least one is needed",
                "\"eos_token_id\": 661 | \"eos_token_id\": null | eos_token_id is null; a value is needed",
                "\"use_decoder_only_language_model\": true | \"use_decoder_only_language_model\": false | supported is true",
                "\"num_query_tokens\": 5 | \"num_query_tokens\": 5, \"quantization_config\": {} | transformers' Blip2Config has no such setting",
                "\"layerdrop\": 0.0 | \"rope_theta\": 0.5 | transformers' OPTConfig has no such setting",
                "\"cross_attention_frequency\": 2 | \"cross_frequency\": 2 | transformers' Blip2QFormerConfig has no such setting",
                "\"qkv_bias\": true | \"qkv_bias\": true, \"num_channels\": 1 | num_channels is 1; supported is 3"
            })
    void refusesWhatItCannotComputeByName(String was, String is, String fault) throws IOException {
        whole();
        String json = Files.readString(folder.resolve("config.json"));
        assertThat(json).contains(was);
        Files.writeString(folder.resolve("config.json"), json.replace(was, is));

        assertThatThrownBy(() -> Blip2Captioner.open(folder, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    private Path whole() throws IOException {
        for (String file : List.of("config.json", "model.safetensors", "preprocessor_config.json")) {
            Files.copy(Reference.folder("blip2").resolve(file), folder.resolve(file));
        }
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(Reference.folder("tokenizer-opt").resolve(file), folder.resolve(file));
        }
        return folder;
    }
}
