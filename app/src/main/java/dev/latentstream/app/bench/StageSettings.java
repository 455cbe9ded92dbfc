package dev.latentstream.app.bench;

import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.trainer.TrainerSettings;
import java.nio.file.Path;

/** The measured settings: those of a pipeline, with the benchmark's own cluster and folders. */
record StageSettings(
        KafkaSettings kafka,
        IngestSettings ingest,
        ScoringSettings scoring,
        CaptioningSettings captioning,
        EncoderSettings encoder,
        TrainerSettings trainer) {
    /** Returns the same settings on a cluster, with the folders of the stages below a given one. */
    public StageSettings on(ClusterAddress cluster, Path folder) {
        return new StageSettings(
                kafka.at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()),
                ingest.withStateDir(folder.resolve("state")),
                scoring,
                captioning,
                encoder,
                trainer.with(s -> {
                    s.folder = folder.resolve("training");
                    s.resume = false;
                }));
    }

    /** Returns a connection with topics and groups for one round alone. */
    KafkaConnection connection(BenchStage stage, int round) {
        return new KafkaConnection(new KafkaSettings(
                kafka.bootstrapServers(),
                kafka.schemaRegistryUrl(),
                "%s-%d-".formatted(stage, round),
                kafka.topics(),
                kafka.serdes(),
                kafka.faults(),
                kafka.properties()));
    }
}
