package dev.latentstream.models.text;

import ai.djl.Device;
import dev.latentstream.models.text.ClipTextEncoder.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads the text encoder of a folder: one of transformers, or a whole pipeline of diffusers with all that it reads with. */
public final class TextEncoderFolder {
    private TextEncoderFolder() {}

    /**
     * Loads a tower of CLIP, as {@link ClipTextEncoder#load(Path, int, Device)} does; or the folder of a pipeline: of Stable
     * Diffusion its {@code text_encoder}; of SDXL that and its {@code text_encoder_2}, both at the layer before their last,
     * as the refiner's {@code text_encoder_2} alone.
     *
     * @param remembered captions whose states are kept
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    public static TextEncoder load(Path folder, int remembered, Device device) throws IOException {
        Path first = folder.resolve("text_encoder");
        Path second = folder.resolve("text_encoder_2");
        if (Files.exists(folder.resolve("text_encoder_3"))) {
            throw new IOException("%s: of pipelines with three text encoders none is known".formatted(folder));
        } else if (!Files.exists(second)) {
            return ClipTextEncoder.load(Files.exists(first) ? first : folder, remembered, device);
        } else if (!Files.exists(first)) {
            return ClipTextEncoder.load(second, Taken.PENULTIMATE_UNNORMALISED, remembered, device);
        } else {
            return pair(first, second, remembered, device);
        }
    }

    private static TextEncoder pair(Path first, Path second, int remembered, Device device) throws IOException {
        TextEncoder one = ClipTextEncoder.load(first, Taken.PENULTIMATE_UNNORMALISED, remembered, device);
        TextEncoder other = null;
        try {
            other = ClipTextEncoder.load(second, Taken.PENULTIMATE_UNNORMALISED, remembered, device);
            return new TextEncoderPair(one, other);
        } catch (IOException | RuntimeException e) {
            one.close();
            if (other != null) {
                other.close();
            }
            throw e;
        }
    }
}
