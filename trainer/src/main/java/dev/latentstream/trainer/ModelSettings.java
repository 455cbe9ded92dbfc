package dev.latentstream.trainer;

import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.trainer.feed.LatentFormat;
import java.io.IOException;

/**
 * The diffusion model of a run.
 *
 * @param backbone a network by name, or a trained one; without either, {@code network}
 * @param network the UNet of a run without a backbone
 * @param diffusion noise schedule and prediction target
 * @param text text encoder
 */
record ModelSettings(
        BackboneSettings backbone, NetworkSettings network, DiffusionSettings diffusion, TextSettings text) {
    /** The defaults. */
    ModelSettings() {
        this(new BackboneSettings(), new NetworkSettings(), new DiffusionSettings(), new TextSettings());
    }

    /** Returns the network of a new run, without weights. */
    Backbone newNetwork(LatentFormat format, TextEncoder encoder) throws IOException {
        Backbone named = backbone.network(format, encoder);
        return named == null ? new UNet2DConditionModel(network.config(format.channels(), encoder.width())) : named;
    }
}
