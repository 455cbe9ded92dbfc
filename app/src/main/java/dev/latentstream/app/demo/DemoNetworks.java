package dev.latentstream.app.demo;

import dev.latentstream.trainer.BackboneSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a demo.
 *
 * @param vae folder of an autoencoder; null for the shipped one
 * @param textEncoder folder of a text encoder; null for the shipped one
 * @param backbone the chosen network; the defaults if none is chosen
 * @param fromScratch whether the default network starts from random weights
 */
record DemoNetworks(@Nullable Path vae, @Nullable Path textEncoder, BackboneSettings backbone, boolean fromScratch) {
    /** Side of the images that the shipped backbone was trained on, in pixels. */
    static final int SHIPPED_RESOLUTION = 64;

    DemoNetworks {
        if (fromScratch && isChosen(backbone)) {
            throw new IllegalArgumentException(
                    "--from-scratch applies to the default network; --backbone names another");
        }
    }

    /** Returns the network of a new run: the chosen one, else the shipped one if it fits, else one with random weights. */
    BackboneSettings network(int resolution) {
        return isChosen(backbone) || fromScratch || !fitsShippedBackbone(resolution)
                ? backbone
                : BackboneSettings.shipped();
    }

    /** Returns whether a new run starts from random weights only because the shipped backbone does not fit. */
    boolean lacksShippedBackbone(int resolution) {
        return !fitsShippedBackbone(resolution) && !isChosen(backbone) && !fromScratch;
    }

    /** Returns whether latents and text states are of the kind that the shipped backbone was trained on. */
    private boolean fitsShippedBackbone(int resolution) {
        return vae == null && textEncoder == null && resolution == SHIPPED_RESOLUTION;
    }

    private static boolean isChosen(BackboneSettings backbone) {
        return !backbone.equals(new BackboneSettings());
    }
}
