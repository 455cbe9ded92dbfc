package dev.latentstream.captioning;

import ai.djl.Device;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;

/** Opens the captioner that the settings name. */
public final class Captioners {
    private Captioners() {}

    /**
     * Loads the network, or makes the client of the chat service; the service is asked nothing yet.
     *
     * @throws IOException where the network's files are missing or faulty
     */
    public static Captioner open(CaptioningSettings settings, Device device, Meters meters) throws IOException {
        return switch (settings.captioner()) {
            case NETWORK -> NetworkCaptioning.load(settings.network(), device);
            case CHAT -> new ChatCaptioner(settings.chat(), meters);
        };
    }
}
