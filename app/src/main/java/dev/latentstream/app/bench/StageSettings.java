package dev.latentstream.app.bench;

import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.trainer.TrainerSettings;
import java.nio.file.Path;

/** The settings that are measured: those of a pipeline, on the bench's own cluster and folders. */
record StageSettings(
        KafkaSettings kafka,
        IngestSettings ingest,
        CaptioningSettings captioning,
        EncoderSettings encoder,
        TrainerSettings trainer) {
    /** The same on a cluster, with the folders of stages below another one. */
    public StageSettings on(ClusterAddress cluster, Path folder) {
        return new StageSettings(
                kafka.at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()),
                ingest.withStateDir(folder.resolve("state")),
                captioning,
                encoder,
                trainer.with(s -> {
                    s.folder = folder.resolve("training");
                    s.resume = false;
                }));
    }

    /** A connection whose topics and groups are those of one round. */
    KafkaConnection connection(BenchStage stage, int round) {
        return new KafkaConnection(new KafkaSettings(
                kafka.bootstrapServers(),
                kafka.schemaRegistryUrl(),
                "%s-%d-".formatted(stage, round),
                kafka.partitions(),
                kafka.replicationFactor(),
                kafka.serializer(),
                kafka.deserializer(),
                kafka.properties()));
    }
}
