package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockFamily;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UNetConfigFileTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void readsTheConfigurationThatDiffusersWrote() throws IOException {
        Config config = UNetReference.config(UNetReference.folder());

        List<Resolution> levels = List.of(new Resolution(8, 0), new Resolution(16, 1), new Resolution(24, 2));
        assertThat(config).isEqualTo(config(3, levels, 2, new CrossAttention(8, 12, 2)));
    }

    @Test
    void whatIsSavedIsLoadedAgain() throws IOException {
        Config config = config(4, List.of(new Resolution(8, 1), new Resolution(16, 0)), 1, new CrossAttention(8, 6, 3));
        UNet2DConditionModel network = new UNet2DConditionModel(config);
        Weights.initialise(network, manager, 3);

        BackboneFolder.save(network, folder, Precision.F32);
        UNet2DConditionModel loaded = UNetReference.load(folder, manager);

        assertThat(loaded.config()).isEqualTo(config);
        loaded.weights()
                .forEach((name, weight) ->
                        assertThat(weight.value()).as(name).isEqualTo(UNetReference.value(network, name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd2", "sdxl-base", "if-xl"})
    void aConfigurationOfDiffusersIsReadAndWrittenAgain(String name) throws IOException {
        Path written = folder.resolve("config.json");
        Files.copy(Reference.folder("unet-names").resolve(name + ".json"), written);
        Config config = UNetReference.config(folder);

        Files.writeString(written, UNetConfigFile.json(config));

        assertThat(UNetReference.config(folder)).isEqualTo(config);
        assertThat(new UNet2DConditionModel(config).parameters())
                .isEqualTo(Preset.named(name).cost().parameters());
    }

    /** Made by diffusers on the meta device ({@code tools/reference/unet_names.py}). */
    @ParameterizedTest
    @ValueSource(strings = {"sd2", "sdxl-base", "if-xl"})
    void aFullSizeUNetHasTheTensorsThatDiffusersHas(String name) throws IOException {
        Path names = Reference.folder("unet-names");
        Files.copy(names.resolve(name + ".json"), folder.resolve("config.json"));
        UNet2DConditionModel network = new UNet2DConditionModel(UNetReference.config(folder));

        try (InputStream lines = new GZIPInputStream(Files.newInputStream(names.resolve(name + ".txt.gz")))) {
            List<String> expected = new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();

            assertThat(network.weights().entrySet())
                    .map(w -> w.getKey() + " "
                            + Arrays.toString(w.getValue().shape().getShape()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"use_linear_projection\": true | \"use_linear_projection\": false | use_linear_projection is false; supported is true",
                "\"addition_embed_type\": null | \"addition_embed_type\": \"image\" | addition_embed_type is \"image\"; supported",
                "\"encoder_hid_dim\": null | \"encoder_hid_dim\": 4096 | encoder_hid_dim is 4096; supported is null",
                "\"dropout\": 0.0 | \"dropout\": 0.1 | dropout is 0.1; supported is 0",
                "\"norm_eps\": 1e-05 | \"norm_eps\": 1e-06 | norm_eps is 1.0E-6; supported is 1e-5",
                "\"sample_size\" | \"simple_size\" | simple_size is 10; diffusers' UNet2DConditionModel has no such setting",
                "\"act_fn\": \"silu\" | \"act_fn\": \"mish\" | act_fn is \"mish\"; supported are silu and gelu",
                "\"DownBlock2D\", | \"SimpleCrossAttnDownBlock2D\", | SimpleCrossAttnDownBlock2D is not supported",
                "\"UpBlock2D\" | \"AttnUpBlock2D\" | expected the mirror image of",
                "\"_class_name\": \"UNet2DConditionModel\" | \"_class_name\": \"UNet1DModel\" | _class_name is \"UNet1DModel\"",
                "\"mid_block_type\": \"UNetMidBlock2DCrossAttn\" | \"mid_block_type\": null | mid_block_type is null; a value is needed",
                "\"norm_num_groups\": 4 | \"norm_num_groups\": null | norm_num_groups is null; a value is needed",
                "\"norm_num_groups\": 4 | \"norm_num_groups\": 5 | 8 channels do not split by groups 5"
            })
    void refusesWhatItCannotCompute(String was, String is, String fault) throws IOException {
        String json = Files.readString(UNetReference.folder().resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), json.replace(was, is));

        assertThatThrownBy(() -> UNetReference.config(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    private static Config config(
            int channels, List<Resolution> levels, int layersPerBlock, CrossAttention crossAttention) {
        Blocks blocks = new Blocks(layersPerBlock, 4, BlockFamily.LATENT_DIFFUSION);
        return new Config(channels, channels, levels, blocks, crossAttention, new None());
    }
}
