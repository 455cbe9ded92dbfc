package dev.latentstream.encoder;

import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.schemas.TensorType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the encoding stage and the join.
 *
 * @param vae folder of an autoencoder; null for the shipped one
 * @param resolution side of the encoded square in pixels
 * @param batch settings of the batches
 * @param join Kafka Streams settings of the join
 * @param type data type of stored latents
 */
public record EncoderSettings(
        @Nullable Path vae, int resolution, BatchSettings batch, StreamsSettings join, TensorType type) {
    /** The defaults. */
    public EncoderSettings() {
        this(null, 64, new BatchSettings(), new StreamsSettings(), TensorType.FLOAT16);
    }

    public EncoderSettings {
        if (resolution < 8 || resolution > 4096) {
            throw new IllegalArgumentException("resolution %d is not in 8 to 4096".formatted(resolution));
        }
    }

    /** Returns the same settings with another autoencoder. */
    public EncoderSettings withVae(Path folder) {
        return new EncoderSettings(folder, resolution, batch, join, type);
    }

    /** Returns the same settings with another state directory for the join. */
    public EncoderSettings withStateDir(Path other) {
        return new EncoderSettings(vae, resolution, batch, join.withStateDir(other), type);
    }
}
