package dev.latentstream.app.settings;

import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.runtime.kafka.FaultSettings;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.trainer.BackboneSettings;
import dev.latentstream.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The settings of {@code pipeline.yaml}; each part belongs to the module that it configures.
 *
 * @param kafka the cluster
 * @param ingest the admission of raw images
 * @param scoring the models that score images before their admission
 * @param captioning the captioning of images
 * @param encoder the encoding of images into latents
 * @param trainer one training run
 * @param http the endpoint of metrics and health
 */
public record PipelineSettings(
        KafkaSettings kafka,
        IngestSettings ingest,
        ScoringSettings scoring,
        CaptioningSettings captioning,
        EncoderSettings encoder,
        TrainerSettings trainer,
        HttpSettings http) {
    /** The defaults. */
    public PipelineSettings() {
        this(
                new KafkaSettings(),
                new IngestSettings(),
                new ScoringSettings(),
                new CaptioningSettings(),
                new EncoderSettings(),
                new TrainerSettings(),
                new HttpSettings());
    }

    /** Returns the defaults with the state of the stages in a data folder, and with the cluster that runs on it, if one does. */
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

    /** Returns these settings with another autoencoder. */
    public PipelineSettings withVae(Path folder) {
        return new PipelineSettings(kafka, ingest, scoring, captioning, encoder.withVae(folder), trainer, http);
    }

    /** Returns these settings with another text encoder. */
    public PipelineSettings withTextEncoder(Path folder) {
        TrainerSettings other = trainer.with(s -> s.text = trainer.text().withFolder(folder));
        return new PipelineSettings(kafka, ingest, scoring, captioning, encoder, other, http);
    }

    /** Returns these settings with another network to train. */
    public PipelineSettings withBackbone(BackboneSettings backbone) {
        return new PipelineSettings(
                kafka, ingest, scoring, captioning, encoder, trainer.with(s -> s.backbone = backbone), http);
    }

    /** Returns these settings with changes of the training run. */
    public PipelineSettings withRun(Consumer<TrainerSettings.Builder> change) {
        return new PipelineSettings(kafka, ingest, scoring, captioning, encoder, trainer.with(change), http);
    }

    /** Returns these settings with metrics on another port. */
    public PipelineSettings withHttpPort(int port) {
        return new PipelineSettings(
                kafka, ingest, scoring, captioning, encoder, trainer, new HttpSettings(http.host(), port));
    }

    /** Returns these settings with stages that continue where records were deleted before they read them. */
    public PipelineSettings skippingLost() {
        FaultSettings faults = new FaultSettings(
                kafka.faults().patience(), true, kafka.faults().errorsTolerance());
        return new PipelineSettings(kafka.with(faults), ingest, scoring, captioning, encoder, trainer, http);
    }

    /** Returns these settings with the state of the stages in a data folder. */
    public PipelineSettings keptIn(DataFolder data) {
        return new PipelineSettings(
                kafka,
                ingest.withStateDir(data.state()),
                scoring,
                captioning,
                encoder.withStateDir(data.state()),
                trainer.with(run -> run.folder = data.training()),
                http);
    }

    private PipelineSettings at(KafkaSettings cluster) {
        return new PipelineSettings(cluster, ingest, scoring, captioning, encoder, trainer, http);
    }
}
