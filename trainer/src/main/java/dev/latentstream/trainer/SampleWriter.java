package dev.latentstream.trainer;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.diffusion.DiffusionSampler;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.AtomicFile;
import dev.latentstream.trainer.feed.LatentFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Writes grids of samples from the averaged weights, always from the same noise so that grids are comparable. */
final class SampleWriter {
    private final SampleSettings settings;
    private final DiffusionSettings diffusion;
    private final Path folder;
    private final TextEncoder encoder;
    private final LatentDecoder decoder;

    SampleWriter(
            SampleSettings settings,
            DiffusionSettings diffusion,
            Path folder,
            TextEncoder encoder,
            LatentDecoder decoder) {
        this.settings = settings;
        this.diffusion = diffusion;
        this.folder = folder;
        this.encoder = encoder;
        this.decoder = decoder;
    }

    /** Samples, decodes and writes {@code step-00000300.png}. */
    Path write(DiffusionTraining training, LatentFormat format, long seed) throws IOException {
        DiffusionSampler sampler = diffusion.sampler(settings.sampler(), settings.samplerSteps());
        int count = settings.prompts().size();
        int factor = decoder.downsampling();
        List<SizeConditioning> sizes =
                Collections.nCopies(count, SizeConditioning.whole(format.height() * factor, format.width() * factor));
        LatentBatch latents = training.sample(
                sampler,
                new BatchConditioning(encoder.encode(settings.prompts()), sizes),
                new BatchConditioning(encoder.encode(Collections.nCopies(count, "")), sizes),
                settings.guidance(),
                format.height(),
                format.width(),
                seed);
        byte[] png = SampleGrid.of(decoder.decode(latents), settings.columns()).png();
        Files.createDirectories(folder);
        return AtomicFile.write(folder.resolve(Checkpoints.name(training.steps()) + ".png"), png);
    }
}
