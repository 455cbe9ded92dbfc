package dev.latentstream.models.pretrain;

import ai.djl.Device;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.diffusion.HeldOutLoss;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.pretrain.CaptionedLatents.Batch;
import dev.latentstream.models.text.TextEncoder;
import java.io.IOException;

/** Measures the shipped backbone on images that it was not trained on. One thread at a time. */
public final class BackboneEvaluation implements AutoCloseable {
    private final CaptionedLatents images;
    private final HeldOutLoss loss;
    private final Runnable closing;

    private BackboneEvaluation(CaptionedLatents images, HeldOutLoss loss, Runnable closing) {
        this.images = images;
        this.loss = loss;
        this.closing = closing;
    }

    /**
     * Loads the shipped backbone.
     *
     * @param autoencoder encodes the images; with {@code text} the caller's to close, after this
     */
    public static BackboneEvaluation ofShipped(
            CaptionedImages images, Autoencoder autoencoder, TextEncoder text, Device device) throws IOException {
        CaptionedLatents latents = new CaptionedLatents(images, autoencoder, text);
        return ShippedModels.backbone(folder -> ModelLoader.load(
                device,
                () -> {},
                manager -> new BackboneEvaluation(
                        latents,
                        new HeldOutLoss(BackboneFolder.load(folder, manager), BackbonePretraining.OBJECTIVE, manager),
                        manager::close)));
    }

    /** Mean loss on the images from a number on, over noise steps that are evenly spread. */
    public double loss(long first, int count) {
        Batch batch = images.inOrder(first, count);
        return loss.of(batch.latents(), batch.told());
    }

    @Override
    public void close() {
        closing.run();
    }
}
