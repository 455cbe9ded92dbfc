package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.SettingsException;
import dev.latentstream.runtime.SettingsReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
    void unknownKeyIsRefused() {
        assertThatThrownBy(() -> SettingsReader.parse("encoder: {resolutoin: 64}", PipelineSettings.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("resolutoin");
    }
}
