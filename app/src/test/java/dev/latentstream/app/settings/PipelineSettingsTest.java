package dev.latentstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.runtime.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineSettingsTest {
    private static final Path EXAMPLE = Path.of("..", "pipeline.yaml");

    @Test
    void environmentNamesTheCluster() {
        PipelineSettings settings =
                SettingsReader.read(EXAMPLE, PipelineSettings.class, Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:19092"));

        assertThat(settings.kafka().bootstrapServers()).isEqualTo("broker:19092");
    }

    @Test
    void autoencoderIsNamedByItsFolder() {
        PipelineSettings settings =
                SettingsReader.parse("encoder: {vae: /models/vae}", PipelineSettings.class, Map.of());

        assertThat(settings.encoder().vae()).isEqualTo(Path.of("/models/vae"));
    }

    @Test
    void withoutASettingsFileEverythingIsKeptInTheDataFolder(@TempDir Path folder) throws IOException {
        PipelineSettings settings = PipelineSettings.ofRunning(new DataFolder(folder));

        assertThat(List.of(
                        settings.ingest().streams().stateDir(),
                        settings.encoder().join().stateDir(),
                        settings.trainer().runFolder()))
                .allSatisfy(path -> assertThat(path).startsWithRaw(folder.toAbsolutePath()));
    }

    @Test
    void unknownKeyIsRefused() {
        assertThatThrownBy(() -> SettingsReader.parse("encoder: {resolutoin: 64}", PipelineSettings.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("resolutoin");
    }
}
