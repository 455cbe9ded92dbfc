package dev.latentstream.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.NameList;
import dev.latentstream.models.Reference;
import dev.latentstream.models.image.ImagePreprocessor;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against {@code tools/reference/clip.py}. */
class ClipTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    /** Ids of text encoders are in the checkpoints that were trained with them. */
    @Test
    void theTextOfTheConfigurationInIdsStaysTheSame() throws IOException {
        assertThat(ClipFiles.both(Reference.folder("clip")).identity())
                .isEqualTo("Described[config=Config[text=Config[words=1100, positions=12, projection=20, end=1099, "
                        + "transformer=Config[width=16, inner=24, depth=3, heads=2, eps=1.0E-5, activation=GELU]], "
                        + "vision=Config[side=16, patch=4, projection=20, transformer=Config[width=24, inner=40, depth=2, "
                        + "heads=3, eps=1.0E-5, activation=GELU]]], pixels=PixelScale[mean=[0.48145466, 0.4578275, 0.40821073], "
                        + "deviation=[0.26862954, 0.26130258, 0.27577711]]]");
    }

    @Test
    void theTextTowersHaveTheirPublishedNumbersOfParameters() {
        ClipText.Config huge = ClipText.Config.openClipH();

        assertThat(new ClipText(ClipText.Config.clipL()).parameters()).isEqualTo(123_060_480);
        assertThat(new ClipText(ClipText.Config.openClipBigG()).parameters()).isEqualTo(694_659_840);
        assertThat(new ClipText(huge).parameters() + 1) // OpenCLIP counts the temperature to the text tower
                .isEqualTo(354_032_641);
        assertThat(new ClipText(huge.withoutProjection(23)).parameters()).isEqualTo(340_387_840);
    }

    @Test
    void theOfficialNetworksHaveTheTensorsOfTransformers() throws IOException {
        ClipText.Config huge = ClipText.Config.openClipH();

        assertThat(NameList.of(new ClipText(ClipText.Config.clipL()))).isEqualTo(NameList.read("clip-l-text.names.gz"));
        assertThat(NameList.of(new ClipText(huge.withoutProjection(23))))
                .isEqualTo(NameList.read("openclip-h-text-sd2.names.gz"));
        assertThat(NameList.of(new Clip(new Clip.Config(huge, ClipVision.Config.openClipH()))))
                .isEqualTo(NameList.read("openclip-h.names.gz"));
        assertThat(NameList.of(new ClipText(ClipText.Config.openClipBigG())))
                .isEqualTo(NameList.read("openclip-bigg-text.names.gz"));
    }

    @Test
    void theTextTowerAgreesWithTransformers() throws IOException {
        try (Reference reference = new Reference(manager, "clip-text")) {
            ClipText network = new ClipText(ClipFiles.text(Reference.folder("clip-text")));
            load(network, "clip-text");
            NDArray tokens = reference.tensor("tokens");

            ClipTransformer.States states = network.forward(Pass.PLAIN, tokens);

            reference.assertAgrees(states.penultimate().toFloatArray(), "penultimate");
            reference.assertAgrees(network.normalised(Pass.PLAIN, states.last()).toFloatArray(), "last");
            reference.assertAgrees(
                    network.project(Pass.PLAIN, rows(tokens), states.last()).toFloatArray(), "embeds");
        }
    }

    @Test
    void theVisionTowerAgreesWithTransformers() throws IOException {
        try (Reference reference = new Reference(manager, "clip-vision")) {
            ClipVision network = new ClipVision(ClipFiles.vision(Reference.folder("clip-vision")));
            load(network, "clip-vision");
            NDArray pixels = reference.tensor("pixels");

            reference.assertAgrees(network.forward(Pass.PLAIN, pixels).toFloatArray(), "states");
            reference.assertAgrees(network.project(Pass.PLAIN, pixels).toFloatArray(), "embeds");
        }
    }

    @Test
    void bothTowersAndTheirScoreAgreeWithTransformers() throws IOException {
        try (Reference reference = new Reference(manager, "clip")) {
            ClipFiles.LoadedConfig described = ClipFiles.both(Reference.folder("clip"));
            Clip network = new Clip(described.config());
            load(network, "clip");
            NDArray tokens = reference.tensor("tokens");
            int side = described.config().vision().side();
            NDArray pixels =
                    new ImagePreprocessor(manager, side, described.pixels()).centre(reference.images("images"));

            ClipTransformer.States states = network.text().forward(Pass.PLAIN, tokens);
            NDArray texts = network.text().project(Pass.PLAIN, rows(tokens), states.last());
            NDArray images = network.vision().project(Pass.PLAIN, pixels);
            NDArray logits = network.logits(Pass.PLAIN, Clip.cosines(images, texts));

            reference.assertAgrees(states.penultimate().toFloatArray(), "penultimate");
            reference.assertAgrees(
                    network.text().normalised(Pass.PLAIN, states.penultimate()).toFloatArray(),
                    "penultimate_normalised");
            reference.assertAgrees(unit(texts), "text_embeds");
            reference.assertAgrees(unit(images), "image_embeds");
            reference.assertAgrees(logits.toFloatArray(), "logits");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"quick_gelu\" | \"relu\" | hidden_act is \"relu\"; supported are gelu and quick_gelu",
                "\"clip_text_model\" | \"t5\" | model_type is \"t5\"; supported are clip and clip_text_model",
                "\"CLIPTextModelWithProjection\" | \"CLIPEye\" | supported are CLIPTextModel and CLIPTextModelWithProjection",
                "\"num_attention_heads\": 2 | \"num_attention_heads\": 3 | width 16 does not split into 3 heads",
                "\"num_attention_heads\": 2 | \"num_attention_heads\": null | num_attention_heads is null; a value is needed",
                "\"eos_token_id\": 2 | \"eos_token_id\": [2, 3] | eos_token_id is [2,3]; expected an integer",
                "\"attention_dropout\": 0.0 | \"attention_scale\": 2 | attention_scale is 2; transformers' CLIPTextConfig has no such setting",
                "\"attention_dropout\": 0.0 | \"is_encoder_decoder\": true | is_encoder_decoder is true; supported is false"
            })
    void refusesWhatItCannotComputeByName(String was, String is, String fault) throws IOException {
        String json = Files.readString(Reference.folder("clip-text").resolve("config.json"));
        assertThat(json).contains(was);
        Files.writeString(folder.resolve("config.json"), json.replace(was, is));

        assertThatThrownBy(() -> ClipFiles.text(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void aConfigThatIsFollowedByAnotherIsRefused() throws IOException {
        String json = Files.readString(Reference.folder("clip-text").resolve("config.json"));
        Path config = Files.writeString(folder.resolve("config.json"), json + json);

        assertThatThrownBy(() -> ClipFiles.text(folder)).hasMessage(config + ": not valid JSON: more than one value");
    }

    /** As in transformers, which updates {@code text_config} with all of it. */
    @Test
    void theOlderConfigOfATowerTakesPrecedence() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"clip\", \"projection_dim\": 20, \"text_config\": {\"hidden_size\": 512, \"num_hidden_layers\": 3},"
                        + " \"text_config_dict\": {\"hidden_size\": 768}}");

        assertThat(ClipFiles.text(folder).transformer())
                .isEqualTo(new ClipTransformer.Config(768, 2048, 12, 8, 1e-5, Activation.QUICK_GELU));
    }

    private void load(Layer network, String name) throws IOException {
        WeightFiles.load(network, manager, Reference.folder(name).resolve("model.safetensors"), n -> n);
    }

    private static long[][] rows(NDArray tokens) {
        int length = (int) tokens.getShape().get(1);
        long[] all = tokens.toLongArray();
        long[][] rows = new long[all.length / length][length];
        for (int i = 0; i < all.length; i++) {
            rows[i / length][i % length] = all[i];
        }
        return rows;
    }

    private static float[] unit(NDArray places) {
        return places.div(places.mul(places).sum(new int[] {1}, true).sqrt()).toFloatArray();
    }
}
