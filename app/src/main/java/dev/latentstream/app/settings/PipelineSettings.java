package dev.latentstream.app.settings;

import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.trainer.BackboneSettings;
import dev.latentstream.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Everything that {@code pipeline.yaml} can hold; each part belongs to the module that it configures.
 *
 * @param kafka the cluster
 * @param ingest what becomes of raw images
 * @param captioning how images are captioned
 * @param encoder how images become latents
 * @param trainer one training run
 * @param http where metrics and health are served
 */
public record PipelineSettings(
        KafkaSettings kafka,
        IngestSettings ingest,
        CaptioningSettings captioning,
        EncoderSettings encoder,
        TrainerSettings trainer,
        HttpSettings http) {
    /** The defaults. */
    public PipelineSettings() {
        this(
                new KafkaSettings(),
                new IngestSettings(),
                new CaptioningSettings(),
                new EncoderSettings(),
                new TrainerSettings(),
                new HttpSettings());
    }

    /** The defaults, at the cluster that runs on a data folder, if one does, with all that stages keep beside its data. */
    public static PipelineSettings ofRunning(DataFolder data) throws IOException {
        PipelineSettings settings = new PipelineSettings().keptIn(data);
        return ClusterAddress.read(data)
                .map(address ->
                        settings.at(settings.kafka().at(address.bootstrapServers(), address.schemaRegistryUrl())))
                .orElse(settings);
    }

    public static PipelineSettings read(Path yaml) {
        return SettingsReader.read(yaml, PipelineSettings.class, System.getenv());
    }

    /** The same with another autoencoder. */
    public PipelineSettings withVae(Path folder) {
        return new PipelineSettings(kafka, ingest, captioning, encoder.withVae(folder), trainer, http);
    }

    /** The same with another text encoder. */
    public PipelineSettings withTextEncoder(Path folder) {
        TrainerSettings other = trainer.with(s -> s.text = trainer.text().withFolder(folder));
        return new PipelineSettings(kafka, ingest, captioning, encoder, other, http);
    }

    /** The same with another network to train. */
    public PipelineSettings withBackbone(BackboneSettings backbone) {
        return new PipelineSettings(kafka, ingest, captioning, encoder, trainer.with(s -> s.backbone = backbone), http);
    }

    /** The same with a run that goes on, or must be new. */
    public PipelineSettings withResume(boolean resume) {
        return new PipelineSettings(kafka, ingest, captioning, encoder, trainer.with(run -> run.resume = resume), http);
    }

    /** The same with metrics on another port. */
    public PipelineSettings withHttpPort(int port) {
        return new PipelineSettings(kafka, ingest, captioning, encoder, trainer, new HttpSettings(http.host(), port));
    }

    /** The same with all that stages keep in a data folder. */
    public PipelineSettings keptIn(DataFolder data) {
        return new PipelineSettings(
                kafka,
                ingest.withStateDir(data.state()),
                captioning,
                encoder.withStateDir(data.state()),
                trainer.with(run -> run.folder = data.training()),
                http);
    }

    private PipelineSettings at(KafkaSettings cluster) {
        return new PipelineSettings(cluster, ingest, captioning, encoder, trainer, http);
    }
}
