package dev.latentstream.trainer;

import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.backbone.BackboneShape;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.models.backbone.Preset;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.trainer.feed.LatentFormat;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The network of a new run: a named one with random weights, or a trained one, such as the shipped one. With neither it is the UNet of
 * {@link NetworkSettings}.
 *
 * @param name one of {@link Preset#all}, or {@link ShippedModels#BACKBONE}, whose weights the run starts from
 * @param folder a trained network in diffusers' layout, whose weights the run starts from
 * @param scale size of a named network: as published, or small enough to train on a CPU
 */
public record BackboneSettings(
        @Nullable String name, @Nullable Path folder, ModelSize scale) {
    /** The defaults: neither. */
    public BackboneSettings() {
        this(null, null, ModelSize.FULL);
    }

    public BackboneSettings {
        if (name != null && !name.equals(ShippedModels.BACKBONE)) {
            Preset.named(name); // validates it
        }
        if (name != null && folder != null) {
            throw new IllegalArgumentException(
                    "a network has either a name (%s) or a folder (%s), not both".formatted(name, folder));
        }
        if (folder != null && scale != ModelSize.FULL) {
            throw new IllegalArgumentException(
                    "scale %s applies to a named network; the one of %s has a fixed size".formatted(scale, folder));
        }
        if (ShippedModels.BACKBONE.equals(name) && scale != ModelSize.FULL) {
            throw new IllegalArgumentException(
                    "scale %s applies to a network without weights; %s has a fixed size".formatted(scale, name));
        }
    }

    /** Returns the shipped backbone. */
    public static BackboneSettings shipped() {
        return new BackboneSettings(ShippedModels.BACKBONE, null, ModelSize.FULL);
    }

    /** Returns whether a new run starts from trained weights. */
    public boolean isTrained() {
        return folder != null || ShippedModels.BACKBONE.equals(name);
    }

    /** Loads from the trained network's folder. */
    <M> M load(ShippedModels.Loading<M> loading) throws IOException {
        return folder == null ? ShippedModels.backbone(loading) : loading.from(folder);
    }

    /** Returns the network without weights, for the latents and the text encoder of a run; null if neither name nor folder is set. */
    @Nullable Backbone network(LatentFormat format, TextEncoder encoder) throws IOException {
        if (isTrained()) {
            return trained(format, encoder);
        } else if (name == null) {
            return null;
        }
        if (format.height() != format.width()) {
            throw new IllegalArgumentException(
                    "%s requires square latents; these are %d x %d".formatted(name, format.height(), format.width()));
        }
        return Preset.named(name)
                .scaled(
                        scale,
                        new BackboneShape(
                                format.channels(),
                                format.height(),
                                encoder.width(),
                                encoder.tokens(),
                                encoder.pooledWidth()));
    }

    private Backbone trained(LatentFormat format, TextEncoder encoder) throws IOException {
        Backbone network = load(BackboneFolder::describe);
        Object source = folder == null ? ShippedModels.BACKBONE : folder;
        if (network.inChannels() != format.channels()) {
            throw new IllegalArgumentException("the network of %s takes latents of %d channels; these have %d"
                    .formatted(source, network.inChannels(), format.channels()));
        }
        if (network.crossAttentionDim() != encoder.width()) {
            throw new IllegalArgumentException(
                    "the network of %s has a cross-attention width of %d; the text states of %s have %d: use its own text encoder"
                            .formatted(source, network.crossAttentionDim(), encoder.id(), encoder.width()));
        }
        return network;
    }
}
