package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.Gradients;
import dev.latentstream.models.NameList;
import dev.latentstream.models.Reference;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.KeyValues;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.WeightFiles;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlipTest {
    private static final Blip.Config SMALL = new Blip.Config(
            new BlipVision.Config(8, 4, 12, 20, 1, 3, 1e-5), new BlipDecoder.Config(9, 10, 8, 12, 2, 2, 1e-12, true));

    private static final String HEAD = "text_decoder.cls.predictions.decoder.weight";
    private static final String BIAS = "text_decoder.cls.predictions.bias";

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void returnsATokenPerPatchAndOneMoreAndLogitsOfTheVocabulary() {
        Blip network = small();

        NDArray encoded = network.encodeImage(Pass.PLAIN, images());
        NDArray scores =
                network.decode(Pass.PLAIN, encoded, Torch.indices(manager, new long[] {1, 2, 3, 4, 5, 6}, 2, 3));

        assertThat(encoded.getShape()).isEqualTo(new Shape(2, 5, 12));
        assertThat(scores.getShape()).isEqualTo(new Shape(2, 3, 9));
    }

    @Test
    void cachedTokensGiveTheSameLogitsAsAllAtOnce() {
        Blip network = small();
        long[] tokens = {1, 2, 3, 4, 5};
        NDArray encoded =
                network.encodeImage(Pass.PLAIN, Torch.tensor(manager, Arrays.copyOf(pixels(), 192), 1, 3, 8, 8));
        List<KeyValues> image = network.decoder().crossKeyValues(Pass.PLAIN, encoded);
        KeyValueCache past = new KeyValueCache();

        float[] whole = network.decode(Pass.PLAIN, encoded, Torch.indices(manager, tokens, 1, 5))
                .toFloatArray();

        for (int i = 0; i < tokens.length; i++) {
            NDArray token = Torch.indices(manager, new long[] {tokens[i]}, 1, 1);
            float[] scores =
                    network.decoder().forward(Pass.PLAIN, token, image, past).toFloatArray();
            assertThat(scores)
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(Arrays.copyOfRange(whole, i * 9, (i + 1) * 9));
        }
        assertThat(past.length()).isEqualTo(5);
    }

    @Test
    void aTokenDoesNotAttendToLaterOnes() {
        Blip network = small();
        NDArray encoded = network.encodeImage(Pass.PLAIN, images());

        float[] first = network.decode(Pass.PLAIN, encoded, Torch.indices(manager, new long[] {1, 2, 3, 1, 2, 3}, 2, 3))
                .toFloatArray();
        float[] second = network.decode(
                        Pass.PLAIN, encoded, Torch.indices(manager, new long[] {1, 2, 7, 1, 2, 8}, 2, 3))
                .toFloatArray();

        assertThat(Arrays.copyOf(second, 18))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(Arrays.copyOf(first, 18));
        assertThat(Arrays.copyOfRange(second, 18, 27)).isNotEqualTo(Arrays.copyOfRange(first, 18, 27));
    }

    @Test
    void learnsOneBatchByHeart() {
        Blip network = small();
        NDArray images = images();
        NDArray read = Torch.indices(manager, new long[] {1, 2, 3, 1, 4, 5}, 2, 3);
        NDArray next = Torch.indices(manager, new long[] {2, 3, 6, 4, 5, 7}, 6);
        float last = Float.NaN;
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 150; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    NDArray loss = Torch.backward(() -> {
                        NDArray encoded = network.encodeImage(Pass.PLAIN, images);
                        NDArray scores =
                                network.decode(Pass.PLAIN, encoded, read).reshape(6, 9);
                        return Torch.crossEntropy(scores, next, -100, 0);
                    });
                    optimiser.step(1e-2);
                    last = loss.getFloat();
                }
            }
        }
        assertThat(last).isLessThan(0.05f); // log 9 = 2.2 for guessing
    }

    /** The second folder is of transformers 5, in which the head has two biases, the first without effect. */
    @ParameterizedTest
    @ValueSource(strings = {"blip", "current-blip"})
    void agreesWithTransformers(String name) throws IOException {
        try (Reference reference = new Reference(manager, name);
                BlipCaptioner captioner = BlipCaptioner.open(Reference.folder(name), Device.cpu())) {
            NDArray encoded =
                    captioner.network().encodeImage(Pass.PLAIN, captioner.normalised(reference.images("images")));
            NDArray scores = captioner.network().decode(Pass.PLAIN, encoded, reference.tensor("tokens"));

            reference.assertAgrees(encoded.toFloatArray(), "seen");
            reference.assertAgrees(scores.toFloatArray(), "scores");
        }
    }

    /** Against {@code tools/reference/gradients.py}. */
    @Test
    void itsLossAndGradientsAgreeWithTransformersWhetherOrNotMemoryIsCollectedBefore() throws IOException {
        try (Reference reference = new Reference(manager, "blip-gradients")) {
            Path folder = Reference.folder("blip");
            Blip network = new Blip(BlipFiles.describe(folder, true).config());
            WeightFiles.load(
                    network, manager, folder.resolve("model.safetensors"), name -> name, name -> name.equals(HEAD));
            NDArray pixels = reference.tensor("pixels");
            NDArray tokens = reference.tensor("tokens");
            Supplier<NDArray> loss = () -> loss(network, pixels, tokens);

            reference.assertAgrees(loss.get().toFloatArray(), "loss");
            Gradients.assertAgree(Gradients.of(network, loss, true), reference);
        }
    }

    /** Against {@code tools/reference/blip_names.py}. */
    @ParameterizedTest
    @CsvSource({"blip-base, 223971644, 247414076", "blip-large, 446290492, 469732924"})
    void theOfficialCaptionersHaveTheTensorsOfTransformers(String name, long tied, long whole) throws IOException {
        Files.copy(Reference.folder(name + ".json"), folder.resolve("config.json"));
        Files.writeString(folder.resolve("preprocessor_config.json"), "{\"size\": {\"height\": 384, \"width\": 384}}");
        Map<String, String> expected = NameList.read(name + ".names.gz");
        expected.remove("text_decoder.cls.predictions.decoder.bias"); // a second name of the head's bias

        assertThat(NameList.of(new Blip(BlipFiles.describe(folder, false).config())))
                .isEqualTo(expected);
        assertThat(new Blip(BlipFiles.describe(folder, false).config()).parameters())
                .isEqualTo(whole);
        assertThat(new Blip(BlipFiles.describe(folder, true).config()).parameters())
                .isEqualTo(tied);
    }

    @Test
    void aNewerFileWithoutTheHeadsMatrixUsesThatOfTheEmbeddings() throws IOException {
        rewritten(tensors -> assertThat(tensors.remove(HEAD)).isNotNull());

        try (Reference reference = new Reference(manager, "blip-gradients");
                BlipCaptioner captioner = BlipCaptioner.open(folder, Device.cpu())) {
            NDArray loss = loss(captioner.network(), reference.tensor("pixels"), reference.tensor("tokens"));

            reference.assertAgrees(loss.toFloatArray(), "loss");
        }
    }

    /** transformers 5 computes with {@code decoder.bias}; in transformers 4 the two are one tensor. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theHeadsBiasIsThatOfItsMatrix(boolean both) throws IOException {
        rewritten(tensors -> {
            NDArray bias = Objects.requireNonNull(both ? tensors.get(BIAS) : tensors.remove(BIAS));
            tensors.put("text_decoder.cls.predictions.decoder.bias", bias.add(3));
        });

        try (BlipCaptioner captioner = BlipCaptioner.open(folder, Device.cpu());
                Safetensors file = Safetensors.open(Reference.folder("blip").resolve("model.safetensors"))) {
            Weight loaded = Objects.requireNonNull(captioner.network().weights().get(BIAS));
            assertThat(loaded.value().toFloatArray())
                    .isEqualTo(file.tensor(manager, BIAS).add(3).toFloatArray());
        }
    }

    /** Copies the tiny captioner, with other tensors. */
    private void rewritten(Consumer<Map<String, NDArray>> change) throws IOException {
        Path source = Reference.folder("blip");
        for (String file : List.of("config.json", "preprocessor_config.json", "vocab.txt")) {
            Files.copy(source.resolve(file), folder.resolve(file));
        }
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(source.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                tensors.put(name, file.tensor(manager, name));
            }
        }
        change.accept(tensors);
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"), tensors, Map.of(), SafetensorsWriter.Precision.F32);
    }

    /** Transformers passes {@code sep_token_id} to the decoder of BLIP as its end, and ignores these. */
    @ParameterizedTest
    @ValueSource(strings = {"[3, 7]", "null", "7"})
    void itsTextsEndAtTheSeparatorWhateverTheOtherEndsAre(String end) throws IOException {
        String json = Files.readString(Reference.folder("blip").resolve("config.json"));
        String other =
                json.replace("\"eos_token_id\": 3", "\"eos_token_id\": %s, \"pad_token_id\": %s".formatted(end, end));
        assertThat(other).isNotEqualTo(json);
        Files.writeString(folder.resolve("config.json"), other);
        Files.copy(
                Reference.folder("blip").resolve("preprocessor_config.json"),
                folder.resolve("preprocessor_config.json"));

        BlipFiles.LoadedConfig loaded = BlipFiles.describe(folder, true);

        assertThat(loaded.start()).isEqualTo(5);
        assertThat(loaded.end()).isEqualTo(3);
    }

    @Test
    void patchesMustFillTheImage() {
        assertThatThrownBy(() -> new BlipVision.Config(10, 4, 12, 20, 1, 3, 1e-5))
                .hasMessage("an image of 10 pixels does not split into patches of 4");
    }

    /** As tools/reference/gradients.py computes it. */
    private static NDArray loss(Blip network, NDArray pixels, NDArray tokens) {
        NDArray scores = network.decode(Pass.PLAIN, network.encodeImage(Pass.PLAIN, pixels), tokens); // (2, 7, 14)
        NDArray next = Torch.narrow(tokens, 1, 1, 6).reshape(12);
        return Torch.crossEntropy(Torch.narrow(scores, 1, 0, 6).reshape(12, 14), next, -100, 0);
    }

    private Blip small() {
        Blip network = new Blip(SMALL);
        Weights.initialise(network, manager, 5);
        return network;
    }

    private NDArray images() {
        return Torch.tensor(manager, pixels(), 2, 3, 8, 8);
    }

    private static float[] pixels() {
        float[] values = new float[2 * 192];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.37);
        }
        return values;
    }
}
