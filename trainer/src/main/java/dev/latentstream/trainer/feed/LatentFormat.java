package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The format shared by all latents of one run.
 *
 * @param encoderId id of their encoder
 * @param shape channels, height, width
 * @param type element type in the records
 */
public record LatentFormat(String encoderId, List<Integer> shape, TensorType type) {
    /** Elements, far beyond any latent: 64 channels of an image of 8192 x 8192 pixels at downsampling factor 8. */
    private static final long LARGEST = 64L * 1024 * 1024;

    public LatentFormat {
        shape = List.copyOf(shape);
        if (shape.size() != 3 || shape.stream().anyMatch(axis -> axis < 1 || axis > LARGEST)) {
            throw new IllegalArgumentException("shape %s is not channels, height, width".formatted(shape));
        }
        long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (size > LARGEST) {
            throw new IllegalArgumentException("shape %s has more than %d elements".formatted(shape, LARGEST));
        }
    }

    static LatentFormat of(Encoding encoding) {
        return new LatentFormat(encoding.getEncoderId(), encoding.getShape(), encoding.getType());
    }

    public int channels() {
        return shape.get(0);
    }

    public int height() {
        return shape.get(1);
    }

    public int width() {
        return shape.get(2);
    }

    /** Returns the number of elements of a latent. */
    public int size() {
        return channels() * height() * width();
    }

    /** Returns why the autoencoder of an encoder id cannot decode these latents, with a remedy; empty if it can. */
    public Optional<String> foreign(String autoencoder) {
        return autoencoder.equals(encoderId)
                ? Optional.empty()
                : Optional.of(
                        ("the settings' autoencoder is %s, but the run's latents are of %s; latents of the former are"
                                        + " refused: set the autoencoder of the run's latents (--vae, encoder.resolution), or start a"
                                        + " new run")
                                .formatted(autoencoder, encoderId));
    }

    /** Returns how a latent differs from this format; empty if it does not. */
    Optional<String> difference(Encoding encoding) {
        if (!encoding.getEncoderId().equals(encoderId)) {
            return Optional.of("encoder %s; the run's is %s".formatted(encoding.getEncoderId(), encoderId));
        }
        if (!encoding.getShape().equals(shape)) {
            return Optional.of("shape %s; the run's is %s".formatted(encoding.getShape(), shape));
        }
        if (encoding.getType() != type) {
            return Optional.of("type %s; the run's is %s".formatted(encoding.getType(), type));
        }
        return Optional.empty();
    }
}
