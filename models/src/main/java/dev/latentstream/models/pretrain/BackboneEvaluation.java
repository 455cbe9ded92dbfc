package dev.latentstream.models.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.diffusion.DiffusionSampler;
import dev.latentstream.models.diffusion.HeldOutLoss;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.Seeds;
import dev.latentstream.models.pretrain.CaptionedLatents.Batch;
import dev.latentstream.models.text.TextEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Measures a backbone on images that it was not trained on, by the shipped backbone's objective. Not thread-safe. */
public final class BackboneEvaluation implements AutoCloseable {
    private final CaptionedImages images;
    private final Autoencoder autoencoder;
    private final TextEncoder text;
    private final NDManager manager;
    private final Backbone network;

    private BackboneEvaluation(
            CaptionedImages images, Autoencoder autoencoder, TextEncoder text, NDManager manager, Backbone network) {
        this.images = images;
        this.autoencoder = autoencoder;
        this.text = text;
        this.manager = manager;
        this.network = network;
    }

    /**
     * Loads the backbone of a folder.
     *
     * @param autoencoder encodes the images and decodes samples; the caller closes it, as well as {@code text}, after this
     */
    public static BackboneEvaluation load(
            Path folder, CaptionedImages images, Autoencoder autoencoder, TextEncoder text, Device device)
            throws IOException {
        return ModelLoader.load(
                device,
                () -> {},
                manager -> new BackboneEvaluation(
                        images, autoencoder, text, manager, BackboneFolder.load(folder, manager)));
    }

    /** Returns the mean loss on the images {@code first} to {@code first + count - 1}, over evenly spread steps of the schedule. */
    public double loss(long first, int count) {
        Batch batch = new CaptionedLatents(images, autoencoder, text).inOrder(first, count);
        return new HeldOutLoss(network, BackbonePretraining.OBJECTIVE, manager)
                .of(batch.latents(), batch.conditioning());
    }

    /**
     * Samples an image for each prompt.
     *
     * @param side of the images, in pixels
     * @param seed of the initial noise, which is different for each prompt
     */
    public ImageBatch samples(List<String> prompts, DiffusionSampler sampler, double guidance, int side, long seed) {
        int count = prompts.size();
        int channels = autoencoder.channels();
        int latentSide = side / autoencoder.downsampling();
        SplittableRandom random = Seeds.random(seed, "sample");
        float[] start = new float[count * channels * latentSide * latentSide];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) random.nextGaussian();
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray noise = Torch.tensor(manager, start, count, channels, latentSide, latentSide);
            NDArray latents = sampler.sample(
                    network,
                    noise,
                    conditioning(prompts, side).on(manager),
                    conditioning(Collections.nCopies(count, ""), side).on(manager),
                    guidance);
            return autoencoder.decode(new LatentBatch(count, channels, latentSide, latentSide, latents.toFloatArray()));
        }
    }

    private BatchConditioning conditioning(List<String> prompts, int side) {
        return new BatchConditioning(
                text.encode(prompts), Collections.nCopies(prompts.size(), SizeConditioning.whole(side, side)));
    }

    @Override
    public void close() {
        manager.close();
    }
}
