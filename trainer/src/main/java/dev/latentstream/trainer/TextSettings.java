package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.text.MiniLmEncoder;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextEncoderFolder;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The text encoder.
 *
 * @param folder a CLIP text encoder in transformers' layout, or a diffusers pipeline; it determines the number of tokens itself; null for
 *     the shipped MiniLM
 * @param tokens length to which the shipped encoder's captions are padded or truncated
 * @param threads threads of the shipped encoder
 * @param cacheBytes limit on the cached states of captions, in bytes; a caption of MiniLM takes 1.5 kB a token, one of SDXL's
 *     encoders 630 kB
 */
public record TextSettings(@Nullable Path folder, int tokens, int threads, long cacheBytes) {
    /** The defaults: the shipped encoder, with room for a dense caption. */
    public TextSettings() {
        this(null, 48, 1, 256 << 20);
    }

    public TextSettings {
        Checks.between("tokens", tokens, 3, 512);
        Checks.between("threads", threads, 1, 64);
        Checks.between("cache-bytes", cacheBytes, 0, 1L << 40);
    }

    /**
     * Loads the encoder of the folder, or the shipped one.
     *
     * @param device of an encoder from a folder; the shipped one runs on the CPU
     * @throws IOException if a file of the folder is missing or faulty
     */
    public TextEncoder load(Device device) throws IOException {
        return folder == null
                ? MiniLmEncoder.load(tokens, threads, cacheBytes)
                : TextEncoderFolder.load(folder, cacheBytes, device);
    }

    /** Returns a copy with another folder. */
    public TextSettings withFolder(Path other) {
        return new TextSettings(other, tokens, threads, cacheBytes);
    }
}
