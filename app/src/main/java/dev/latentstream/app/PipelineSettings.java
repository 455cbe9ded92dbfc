package dev.latentstream.app;

import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.runtime.HttpSettings;
import dev.latentstream.runtime.KafkaSettings;
import dev.latentstream.runtime.SettingsReader;
import java.nio.file.Path;

/**
 * Everything that {@code pipeline.yaml} can hold; each part belongs to the module that it configures.
 *
 * @param kafka the cluster
 * @param encoder how images become latents
 * @param http where metrics and health are served
 */
record PipelineSettings(KafkaSettings kafka, EncoderSettings encoder, HttpSettings http) {
    /** The defaults. */
    PipelineSettings() {
        this(new KafkaSettings(), new EncoderSettings(), new HttpSettings());
    }

    static PipelineSettings read(Path yaml) {
        return SettingsReader.read(yaml, PipelineSettings.class, System.getenv());
    }
}
