package dev.latentstream.models.text;

import ai.djl.Device;
import dev.latentstream.models.text.ClipTextEncoder.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads the text encoder of a folder of transformers, or all text encoders of a diffusers pipeline. */
public final class TextEncoderFolder {
    private TextEncoderFolder() {}

    /**
     * Loads a tower of CLIP, as {@link ClipTextEncoder#load(Path, long, Device)} does, or the encoders of a pipeline: the
     * {@code text_encoder} of Stable Diffusion; {@code text_encoder} and {@code text_encoder_2} of SDXL, both at the layer before
     * their last; of SDXL's refiner {@code text_encoder_2} alone, at the same layer.
     *
     * @param cacheBytes limit on the cached states of captions, in bytes, of each encoder
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    public static TextEncoder load(Path folder, long cacheBytes, Device device) throws IOException {
        Path first = folder.resolve("text_encoder");
        Path second = folder.resolve("text_encoder_2");
        if (Files.exists(folder.resolve("text_encoder_3"))) {
            throw new IOException("%s: pipelines with three text encoders are not supported".formatted(folder));
        } else if (!Files.exists(second)) {
            return ClipTextEncoder.load(Files.exists(first) ? first : folder, cacheBytes, device);
        } else if (!Files.exists(first)) {
            return ClipTextEncoder.load(second, Taken.PENULTIMATE_UNNORMALISED, cacheBytes, device);
        } else {
            return pair(first, second, cacheBytes, device);
        }
    }

    private static TextEncoder pair(Path first, Path second, long cacheBytes, Device device) throws IOException {
        TextEncoder one = ClipTextEncoder.load(first, Taken.PENULTIMATE_UNNORMALISED, cacheBytes, device);
        TextEncoder other = null;
        try {
            other = ClipTextEncoder.load(second, Taken.PENULTIMATE_UNNORMALISED, cacheBytes, device);
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
