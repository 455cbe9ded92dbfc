package dev.latentstream.encoder;

import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.schemas.TensorType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How images become latents.
 *
 * @param vae folder of an autoencoder; null for the shipped one
 * @param resolution side of the square that is encoded, in pixels
 * @param batch how images are gathered
 * @param join how the join of captions with encodings runs
 * @param type how latents are stored
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

    /** The same with another autoencoder. */
    public EncoderSettings withVae(Path folder) {
        return new EncoderSettings(folder, resolution, batch, join, type);
    }

    /** The same with the state of its join elsewhere. */
    public EncoderSettings withStateDir(Path other) {
        return new EncoderSettings(vae, resolution, batch, join.withStateDir(other), type);
    }
}
