package dev.latentstream.app.bench;

import ai.djl.Device;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Image;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Encoding, bare and as a stage. Each side has an autoencoder of its own, which it keeps for all rounds. */
final class EncodingWiring implements BatchBenchmark.Wiring {
    private final EncoderSettings settings;
    private final Autoencoder bare;
    private final Autoencoder staged;

    EncodingWiring(EncoderSettings settings, Device device) throws IOException {
        this.settings = settings;
        this.bare = autoencoder(settings, device);
        this.staged = autoencoder(settings, device);
    }

    /** Loads another instance of the autoencoder that the settings name. */
    static Autoencoder autoencoder(EncoderSettings settings, Device device) throws IOException {
        @Nullable Path folder = settings.vae();
        return folder == null ? ShippedModels.vae(device) : Autoencoders.load(folder, device);
    }

    @Override
    public BatchProcessor<Image> processor(KafkaConnection connection, Policies policies, Meters meters) {
        return EncoderStages.encodingProcessor(connection, settings, bare, meters);
    }

    @Override
    public Stage stage(KafkaConnection connection, Policies policies, Meters meters) {
        return EncoderStages.encoding(connection, settings, staged, meters);
    }

    @Override
    public void close() {
        bare.close();
        staged.close();
    }
}
