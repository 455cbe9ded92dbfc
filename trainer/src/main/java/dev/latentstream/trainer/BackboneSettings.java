package dev.latentstream.trainer;

import dev.latentstream.models.Backbone;
import dev.latentstream.models.Fit;
import dev.latentstream.models.Preset;
import dev.latentstream.models.Scale;
import dev.latentstream.models.TextEncoder;
import org.jspecify.annotations.Nullable;

/**
 * A network that has a name, for a new run.
 *
 * @param name one of {@link Preset#all}; null for the UNet that {@link NetworkSettings} describe
 * @param scale its size as published, or one that a processor can train
 */
public record BackboneSettings(@Nullable String name, Scale scale) {
    /** The defaults: no name. */
    public BackboneSettings() {
        this(null, Scale.FULL);
    }

    public BackboneSettings {
        if (name != null) {
            Preset.named(name); // checks it
        }
    }

    /** The network without values, for the latents and the text encoder of a run; empty where there is no name. */
    @Nullable Backbone network(LatentForm form, TextEncoder encoder) {
        if (name == null) {
            return null;
        }
        if (form.height() != form.width()) {
            throw new IllegalArgumentException(
                    "%s takes square latents; these are %d x %d".formatted(name, form.height(), form.width()));
        }
        return Preset.named(name)
                .scaled(
                        scale,
                        new Fit(
                                form.channels(),
                                form.height(),
                                encoder.width(),
                                encoder.tokens(),
                                encoder.pooledWidth()));
    }
}
