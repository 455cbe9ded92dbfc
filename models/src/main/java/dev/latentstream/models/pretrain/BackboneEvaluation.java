package dev.latentstream.models.pretrain;

import ai.djl.Device;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.diffusion.HeldOutLoss;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.pretrain.CaptionedLatents.Batch;
import dev.latentstream.models.text.TextEncoder;
import java.io.IOException;
import java.nio.file.Path;

/** Measures a backbone on images that it was not trained on, by the shipped backbone's objective. Not thread-safe. */
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
     * Loads the backbone of a folder.
     *
     * @param autoencoder encodes the images; the caller closes it, as well as {@code text}, after this
     */
    public static BackboneEvaluation load(
            Path folder, CaptionedImages images, Autoencoder autoencoder, TextEncoder text, Device device)
            throws IOException {
        CaptionedLatents latents = new CaptionedLatents(images, autoencoder, text);
        return ModelLoader.load(
                device,
                () -> {},
                manager -> new BackboneEvaluation(
                        latents,
                        new HeldOutLoss(BackboneFolder.load(folder, manager), BackbonePretraining.OBJECTIVE, manager),
                        manager::close));
    }

    /** Returns the mean loss on the images {@code first} to {@code first + count - 1}, over evenly spread steps of the schedule. */
    public double loss(long first, int count) {
        Batch batch = images.inOrder(first, count);
        return loss.of(batch.latents(), batch.conditioning());
    }

    @Override
    public void close() {
        closing.run();
    }
}
