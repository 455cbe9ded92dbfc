package dev.latentstream.app.ledger;

import dev.latentstream.app.cli.DeviceOption;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.ledger.RunOption.Opened;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.settings.VaeOption;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.SampleGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Decodes the latents of a step with the autoencoder that encoded them. */
final class StepImages {
    private static final int COLUMNS = 8;

    @Mixin
    private VaeOption vae = new VaeOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    /** Returns a grid of the images, row by row in the order of the batch, as PNG. */
    byte[] png(ConnectionOptions cluster, Opened opened, LedgerStep step) throws IOException {
        List<Encoding> encodings = encodings(opened, step);
        try (Autoencoder autoencoder = autoencoder(cluster)) {
            requireSameEncoder(autoencoder, encodings.get(0));
            List<Integer> shape = encodings.get(0).getShape();
            List<float[]> values = encodings.stream()
                    .map(encoding -> TensorBytes.decode(encoding.getMean(), encoding.getType()))
                    .toList();
            LatentBatch batch = LatentBatch.of(values, shape.get(0), shape.get(1), shape.get(2));
            return SampleGrid.of(autoencoder.decode(batch), COLUMNS).png();
        }
    }

    private static List<Encoding> encodings(Opened opened, LedgerStep step) {
        Map<Place, LatentLog.Found> found = new HashMap<>();
        List<Place> places = step.getSamples().stream()
                .map(sample -> StoredLatents.place(step, sample))
                .toList();
        opened.latents().read(places, found::put);
        List<Encoding> encodings = new ArrayList<>();
        for (int index = 0; index < step.getSamples().size(); index++) {
            LedgerSample sample = step.getSamples().get(index);
            Place place = StoredLatents.place(step, sample);
            LatentLog.Found record = found.get(place);
            if (record == null
                    || record.latent() == null
                    || !record.image().equals(sample.getImage())
                    || opened.run().isRecreated(place, step.getStep(), index, opened.latents())) {
                throw new Failure("%s no longer has the latent: the images of step %d cannot be decoded"
                        .formatted(place, step.getStep()));
            }
            encodings.add(record.latent().getEncoding());
        }
        if (encodings.isEmpty()) {
            throw new Failure("step %d has no samples".formatted(step.getStep()));
        }
        return encodings;
    }

    private Autoencoder autoencoder(ConnectionOptions cluster) throws IOException {
        @Nullable Path folder = vae.folder().orElse(cluster.settings().encoder().vae());
        return folder == null ? ShippedModels.vae(device.device()) : Autoencoders.load(folder, device.device());
    }

    /** The id of an encoder starts with that of its autoencoder. */
    private static void requireSameEncoder(Autoencoder autoencoder, Encoding encoding) {
        if (!encoding.getEncoderId().startsWith(autoencoder.id() + "-")) {
            throw new Failure("the latents are of the encoder %s, not of the autoencoder %s: name theirs by --vae"
                    .formatted(encoding.getEncoderId(), autoencoder.id()));
        }
    }
}
