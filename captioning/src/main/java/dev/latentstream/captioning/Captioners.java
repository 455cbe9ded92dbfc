package dev.latentstream.captioning;

import ai.djl.Device;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;

/** Opens the configured captioner. */
public final class Captioners {
    private Captioners() {}

    /**
     * Loads the network, or creates the client of the chat service without sending a request.
     *
     * @throws IOException if the network's files are missing or invalid
     */
    public static Captioner open(CaptioningSettings settings, Device device, Meters meters) throws IOException {
        return switch (settings.captioner()) {
            case NETWORK -> NetworkCaptioning.load(settings.network(), device);
            case CHAT -> new ChatCaptioner(settings.chat(), settings.maxCharacters(), meters);
        };
    }
}
