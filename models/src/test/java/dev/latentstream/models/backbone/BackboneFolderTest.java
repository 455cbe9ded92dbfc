package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.NameList;
import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Blocks;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Conditions;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Config;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.PatchGrid;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextInput;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextUse;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackboneFolderTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "unet, UNet2DConditionModel",
        "unet-split, UNet2DConditionModel",
        "pixart, PixArtTransformer2DModel",
        "pixart-plain, PixArtTransformer2DModel",
        "pixart-shapes, PixArtTransformer2DModel",
        "uvit, UViT",
        "uvit-odd, UViT"
    })
    void whatIsLoadedIsSavedAndLoadedAgain(String name, String type) throws IOException {
        Backbone network = BackboneFolder.load(Reference.folder(name), manager);

        BackboneFolder.save(network, folder, Precision.F32);
        Backbone again = BackboneFolder.load(folder, manager);

        assertThat(again.getClass().getSimpleName()).isEqualTo(type);
        assertThat(again.configuration()).isEqualTo(network.configuration());
        assertThat(again.onMeta().configuration()).isEqualTo(network.configuration());
        assertThat(again.weights().keySet()).isEqualTo(network.weights().keySet());
        again.weights()
                .forEach((weight, value) ->
                        assertThat(value.value()).as(weight).isEqualTo(UNetReference.value(network, weight)));
    }

    /** The config that {@code EMAModel.save_pretrained} of diffusers 0.42 writes, with the state of the average. */
    @ParameterizedTest
    @ValueSource(strings = {"unet", "pixart"})
    void anAverageThatDiffusersSavedIsLoaded(String name) throws IOException {
        Path source = Reference.folder(name);
        String json = Files.readString(source.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), json.replaceFirst("\\{", """
                        {
                          "decay": 0.9999,
                          "inv_gamma": 1.0,
                          "min_decay": 0.0,
                          "optimization_step": 1,
                          "power": 0.6666666666666666,
                          "update_after_step": 0,
                          "use_ema_warmup": false,
                        """));
        String weights = "diffusion_pytorch_model.safetensors";
        Files.copy(source.resolve(weights), folder.resolve(weights));

        assertThat(BackboneFolder.load(folder, manager).configuration())
                .isEqualTo(BackboneFolder.describe(source).configuration());
    }

    @ParameterizedTest
    @CsvSource({"unet, unet", "pixart, transformer"})
    void ofAPipelineTheNetworksFolderIsRead(String name, String part) throws IOException {
        BackboneFolder.save(BackboneFolder.load(Reference.folder(name), manager), folder.resolve(part), Precision.F32);

        assertThat(BackboneFolder.load(folder, manager).configuration())
                .isEqualTo(BackboneFolder.describe(Reference.folder(name)).configuration());
    }

    @Test
    void readsTheConfigurationThatDiffusersWrote() throws IOException {
        TextInput projected = new TextInput(10, TextUse.PROJECTED);
        TextInput asItIs = new TextInput(10, TextUse.AS_IT_IS);

        assertThat(config("pixart"))
                .isEqualTo(new Config(3, 6, new PatchGrid(8, 2, 1), new Blocks(2, 12, 2), projected, Conditions.STEP));
        assertThat(config("pixart-plain"))
                .isEqualTo(new Config(2, 2, new PatchGrid(16, 4, 2), new Blocks(3, 8, 2), asItIs, Conditions.STEP));
        assertThat(config("pixart-shapes"))
                .isEqualTo(new Config(
                        4, 8, new PatchGrid(8, 2, 1), new Blocks(2, 12, 2), projected, Conditions.STEP_AND_SHAPE));
    }

    /** Made by the originals on the meta device ({@code tools/reference/pixart.py} and {@code uvit.py}). */
    @ParameterizedTest
    @CsvSource({
        "pixart-names, pixart-xl-256, 610856096",
        "pixart-names, pixart-xl-1024, 611349152",
        "uvit-names, uvit-h2048-d42-n16, 2344200356",
        "uvit-names, mscoco-small, 44692644"
    })
    void aFullSizeTransformerHasTheTensorsOfTheOriginal(String names, String name, long parameters) throws IOException {
        Files.copy(Reference.folder(names).resolve(name + ".json"), folder.resolve("config.json"));

        Backbone network = BackboneFolder.describe(folder);

        assertThat(NameList.of(network)).isEqualTo(NameList.read(names + "/" + name + ".names.gz"));
        assertThat(network.parameters()).isEqualTo(parameters);
    }

    /** PixArt-alpha was published before diffusers had a class of its own for it. */
    @Test
    void thePublishedPixArtIsReadUnderItsOldName() throws IOException {
        Path names = Reference.folder("pixart-names");
        String today = Files.readString(names.resolve("pixart-xl-1024.json"));
        Files.writeString(
                folder.resolve("config.json"),
                today.replace("\"PixArtTransformer2DModel\"", "\"Transformer2DModel\"")
                        .replace("\"attention_type\"", "\"double_self_attention\": false, \"attention_type\""));

        Backbone network = BackboneFolder.describe(folder);

        assertThat(NameList.of(network)).isEqualTo(NameList.read("pixart-names/pixart-xl-1024.names.gz"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart-xl-256", "pixart-xl-1024"})
    void aConfigurationOfDiffusersIsReadAndWrittenAgain(String name) throws IOException {
        Path written = folder.resolve("config.json");
        Files.copy(Reference.folder("pixart-names").resolve(name + ".json"), written);
        Backbone network = BackboneFolder.describe(folder);

        Files.writeString(written, network.configuration());

        assertThat(BackboneFolder.describe(folder).configuration()).isEqualTo(network.configuration());
        assertThat(NameList.of(BackboneFolder.describe(folder))).isEqualTo(NameList.of(network));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pixart | \"norm_type\": \"ada_norm_single\" | \"norm_type\": \"ada_norm_zero\" | norm_type is \"ada_norm_zero\"; supported is \"ada_norm_single\"",
                "pixart | \"activation_fn\": \"gelu-approximate\" | \"activation_fn\": \"geglu\" | activation_fn is \"geglu\"; supported is",
                "pixart | \"attention_bias\": true | \"attention_bias\": false | attention_bias is false; supported is true",
                "pixart | \"norm_elementwise_affine\": false | \"norm_elementwise_affine\": true | norm_elementwise_affine is true",
                "pixart | \"cross_attention_dim\": 24 | \"cross_attention_dim\": 16 | cross_attention_dim is 16; the projected text is 24 wide",
                "pixart | \"cross_attention_dim\": 24 | \"cross_attention_dim\": null | cross_attention_dim is null; supported is the width",
                "pixart | \"sample_size\" | \"simple_size\" | simple_size is 8; diffusers' PixArtTransformer2DModel has no such setting",
                "pixart | \"sample_size\": 8 | \"sample_size\": 1 | sample size 1 is less than patch 2",
                "pixart | \"interpolation_scale\": null | \"interpolation_scale\": -1 | interpolation scale -1.0 is not above 0",
                "pixart | \"PixArtTransformer2DModel\" | \"DiTTransformer2DModel\" | _class_name is \"DiTTransformer2DModel\"; known are",
                "uvit | \"num_heads\": 3 | \"num_heads\": 5 | a width of 24 does not split by 5 heads",
                "uvit | \"depth\": 4 | \"depth\": 4.5 | depth is 4.5; expected an integer",
                "unet | \"block_out_channels\": [ | \"block_out_channels\": [ 8.5, | expected a list of integers",
                "uvit | \"depth\": 4 | \"depth\": 4, \"skip\": false | skip is false; supported is true",
                "uvit | \"depth\": 4 | \"depth\": 4, \"mlp_time_embed\": true | mlp_time_embed is true; supported is false",
                "uvit | \"depth\": 4 | \"depth\": 4, \"num_classes\": 10 | num_classes is 10; the UViT for texts has no such setting"
            })
    void refusesWhatItCannotCompute(String name, String was, String is, String fault) throws IOException {
        String json = Files.readString(Reference.folder(name).resolve("config.json"));
        assertThat(json).contains(was);
        Files.writeString(folder.resolve("config.json"), json.replace(was, is));

        assertThatThrownBy(() -> BackboneFolder.describe(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining("config.json");
    }

    @Test
    void aFolderOfAnotherNetworkIsRefused() {
        assertThatThrownBy(() -> BackboneFolder.load(Reference.folder("autoencoder-kl"), manager))
                .hasMessageEndingWith("_class_name is \"AutoencoderKL\"; known are UNet2DConditionModel,"
                        + " PixArtTransformer2DModel and UViT");
    }

    private static Config config(String name) throws IOException {
        return ((PixArtTransformer2DModel) BackboneFolder.describe(Reference.folder(name))).config();
    }
}
