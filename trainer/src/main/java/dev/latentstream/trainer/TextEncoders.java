package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.text.MiniLmEncoder;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextEncoderFolder;
import java.io.IOException;

/** Opens the text encoder that the settings name. */
public final class TextEncoders {
    private TextEncoders() {}

    /**
     * Loads the encoder of the settings' folder, or the shipped one.
     *
     * @param device of an encoder that a folder holds; the shipped one runs on processors
     * @throws IOException where a file of the folder is missing or faulty
     */
    public static TextEncoder open(TextSettings settings, Device device) throws IOException {
        return settings.folder() == null
                ? MiniLmEncoder.load(settings.tokens(), settings.threads(), settings.remembered())
                : TextEncoderFolder.load(settings.folder(), settings.remembered(), device);
    }
}
