package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.ModelId;
import java.util.function.UnaryOperator;

/** An autoencoder's network with its weights, on a device. */
public final class LoadedAutoencoder<N extends Layer & AutoencoderNetwork> implements Autoencoder {
    private final N network;
    private final NDManager manager;
    private final int channels;
    private final int downsampling;
    private final NDArray mean;
    private final NDArray deviation;
    private final String id;

    /**
     * @param manager of the weights; closed with this
     * @param configuration everything but weights and scale that determines the latents
     */
    public LoadedAutoencoder(
            N network, NDManager manager, int downsampling, LatentNormalization scale, String configuration) {
        this.network = network;
        this.manager = manager;
        this.downsampling = downsampling;
        channels = scale.mean().size();
        mean = Torch.perChannel(manager, scale.mean());
        deviation = Torch.perChannel(manager, scale.std());
        id = ModelId.of(network, configuration + scale.identity() + "; sRGB / 255");
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int downsampling() {
        return downsampling;
    }

    @Override
    public LatentBatch encode(ImageBatch images) {
        if (images.height() % downsampling != 0 || images.width() % downsampling != 0) {
            throw new IllegalArgumentException("an image of %d x %d does not split into blocks of %d pixels"
                    .formatted(images.width(), images.height(), downsampling));
        }
        int height = images.height() / downsampling;
        int width = images.width() / downsampling;
        float[] values = computed(
                images.rgb(),
                new Shape(images.count(), ImageBatch.PLANES, images.height(), images.width()),
                x -> network.encode(Pass.PLAIN, x).sub(mean).div(deviation));
        return new LatentBatch(images.count(), channels, height, width, values);
    }

    @Override
    public ImageBatch decode(LatentBatch latents) {
        if (latents.channels() != channels) {
            throw new IllegalArgumentException(
                    "latents of %d channels for an autoencoder of %d".formatted(latents.channels(), channels));
        }
        float[] rgb = computed(
                latents.values(),
                new Shape(latents.count(), channels, latents.height(), latents.width()),
                z -> network.decode(Pass.PLAIN, z.mul(deviation).add(mean)));
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = Math.min(1, Math.max(0, rgb[i]));
        }
        return new ImageBatch(latents.count(), latents.height() * downsampling, latents.width() * downsampling, rgb);
    }

    @Override
    public void close() {
        manager.close();
    }

    private float[] computed(float[] values, Shape shape, UnaryOperator<NDArray> function) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return Torch.withoutGradients(() -> function.apply(Torch.tensor(manager, values, shape.getShape()))
                    .toFloatArray());
        }
    }
}
