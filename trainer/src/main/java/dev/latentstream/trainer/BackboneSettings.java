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
 * The network of a new run: one that has a name, with drawn weights; or a trained one, the shipped one among them. With neither it
 * is the UNet that {@link NetworkSettings} describe.
 *
 * @param name one of {@link Preset#all}, or {@link ShippedModels#BACKBONE}, to begin with its weights
 * @param folder a trained network as diffusers keeps one, to begin with its weights
 * @param scale of a name: its size as published, or one that a processor can train
 */
public record BackboneSettings(
        @Nullable String name, @Nullable Path folder, ModelSize scale) {
    /** The defaults: neither. */
    public BackboneSettings() {
        this(null, null, ModelSize.FULL);
    }

    public BackboneSettings {
        if (name != null && !name.equals(ShippedModels.BACKBONE)) {
            Preset.named(name); // checks it
        }
        if (name != null && folder != null) {
            throw new IllegalArgumentException(
                    "a network is taken by its name (%s) or from a folder (%s), not by both".formatted(name, folder));
        }
        if (folder != null && scale != ModelSize.FULL) {
            throw new IllegalArgumentException(
                    "scale %s is of a network that has a name; that of %s has its size".formatted(scale, folder));
        }
        if (ShippedModels.BACKBONE.equals(name) && scale != ModelSize.FULL) {
            throw new IllegalArgumentException(
                    "scale %s is of a network without weights; %s has its size".formatted(scale, name));
        }
    }

    /** The backbone that comes with the program. */
    public static BackboneSettings shipped() {
        return new BackboneSettings(ShippedModels.BACKBONE, null, ModelSize.FULL);
    }

    /** Returns whether a new run starts from trained weights. */
    public boolean isTrained() {
        return folder != null || ShippedModels.BACKBONE.equals(name);
    }

    /** Reads the trained network's folder. */
    <M> M load(ShippedModels.Loading<M> loading) throws IOException {
        return folder == null ? ShippedModels.backbone(loading) : loading.from(folder);
    }

    /** The network without values, for the latents and the text encoder of a run; empty where none is chosen. */
    @Nullable Backbone network(LatentFormat form, TextEncoder encoder) throws IOException {
        if (isTrained()) {
            return trained(form, encoder);
        } else if (name == null) {
            return null;
        }
        if (form.height() != form.width()) {
            throw new IllegalArgumentException(
                    "%s takes square latents; these are %d x %d".formatted(name, form.height(), form.width()));
        }
        return Preset.named(name)
                .scaled(
                        scale,
                        new BackboneShape(
                                form.channels(),
                                form.height(),
                                encoder.width(),
                                encoder.tokens(),
                                encoder.pooledWidth()));
    }

    private Backbone trained(LatentFormat form, TextEncoder encoder) throws IOException {
        Backbone network = load(BackboneFolder::describe);
        Object told = folder == null ? ShippedModels.BACKBONE : folder;
        if (network.inChannels() != form.channels()) {
            throw new IllegalArgumentException("the network of %s takes latents of %d channels; these have %d"
                    .formatted(told, network.inChannels(), form.channels()));
        }
        if (network.crossAttentionDim() != encoder.width()) {
            throw new IllegalArgumentException(
                    "the network of %s reads texts of width %d; those of %s have %d: give it its own text encoder"
                            .formatted(told, network.crossAttentionDim(), encoder.id(), encoder.width()));
        }
        return network;
    }
}
