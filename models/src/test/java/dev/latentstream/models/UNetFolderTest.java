package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.SafetensorsWriter.Precision;
import dev.latentstream.models.UNet2DConditionModel.Config;
import dev.latentstream.models.UNet2DConditionModel.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UNetFolderTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void readsTheConfigurationThatDiffusersWrote() throws IOException {
        Config config = UNetFolder.config(UNetReference.folder());

        List<Level> levels = List.of(new Level(8, 0), new Level(16, 1), new Level(24, 2));
        assertThat(config).isEqualTo(new Config(3, 3, levels, 2, 2, 8, 12, 4));
    }

    @Test
    void whatIsSavedIsLoadedAgain() throws IOException {
        Config config = new Config(4, 4, List.of(new Level(8, 1), new Level(16, 0)), 1, 3, 8, 6, 4);
        UNet2DConditionModel network = new UNet2DConditionModel(config);
        Weights.initialise(network, manager, 3);

        UNetFolder.save(network, folder, Precision.F32);
        UNet2DConditionModel loaded = UNetFolder.load(folder, manager);

        assertThat(loaded.config()).isEqualTo(config);
        loaded.weights()
                .forEach((name, weight) ->
                        assertThat(weight.value()).as(name).isEqualTo(UNetReference.value(network, name)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"use_linear_projection\": true | \"use_linear_projection\": false | use_linear_projection is false",
                "\"addition_embed_type\": null | \"addition_embed_type\": \"text_time\" | supported is null",
                "\"DownBlock2D\", | \"SimpleCrossAttnDownBlock2D\", | block type SimpleCrossAttnDownBlock2D",
                "\"norm_num_groups\": 4 | \"norm_num_groups\": 5 | 8 channels do not split by groups 5"
            })
    void refusesWhatItCannotCompute(String was, String is, String fault) throws IOException {
        String json = Files.readString(UNetReference.folder().resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), json.replace(was, is));

        assertThatThrownBy(() -> UNetFolder.config(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }
}
