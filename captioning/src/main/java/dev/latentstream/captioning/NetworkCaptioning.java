package dev.latentstream.captioning;

import ai.djl.Device;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.CaptioningSettings.Network;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.caption.CaptionRequest;
import dev.latentstream.models.caption.CaptioningNetwork;
import dev.latentstream.models.caption.DecodingStrategy;
import dev.latentstream.models.caption.GeneratedCaption;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.Pixels;
import dev.latentstream.runtime.InfrastructureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Captions by a BLIP or BLIP-2 network on a device of this machine.
 *
 * <p>Images that are asked for the same levels go through the network together. The first caption of a level is the likeliest text,
 * further ones of that level are drawn; what is drawn depends on the seed and on which images went together. The network sees the
 * square middle of an image, as the autoencoder does, so that captions tell of what is trained on.
 */
public final class NetworkCaptioning implements Captioner {
    private final String id;
    private final int side;
    private final Writer writer;
    private final Runnable closing;
    private final Network settings;

    /** The part of the network that is used here. */
    @FunctionalInterface
    interface Writer {
        List<List<GeneratedCaption>> write(ImageBatch images, List<CaptionRequest> requests);
    }

    NetworkCaptioning(String id, int side, Writer writer, Runnable closing, Network settings) {
        this.id = id;
        this.side = side;
        this.writer = writer;
        this.closing = closing;
        this.settings = settings;
    }

    /**
     * Loads the network.
     *
     * @throws IOException where a file is missing or faulty
     */
    public static NetworkCaptioning load(Network settings, Device device) throws IOException {
        CaptioningNetwork network = settings.folder() == null
                ? ShippedModels.captioner(device)
                : CaptioningNetwork.load(settings.folder(), device);
        return new NetworkCaptioning(network.id(), network.side(), network::caption, network::close, settings);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<Captioned> caption(List<ImageToCaption> batch) {
        @Nullable Captioned[] outcomes = new @Nullable Captioned[batch.size()];
        Map<List<DensityTarget>, Group> groups = new LinkedHashMap<>();
        for (int i = 0; i < outcomes.length; i++) {
            ImageToCaption request = batch.get(i);
            try {
                float[] rgb = Pixels.decode(request.image(), side, side).values();
                groups.computeIfAbsent(request.levels(), levels -> new Group()).add(i, rgb);
            } catch (IllegalArgumentException undecodable) {
                outcomes[i] = new Refused(
                        CaptionRejection.UNREADABLE_IMAGE,
                        request.image().remaining() + " bytes",
                        request.format().toString());
            }
        }
        groups.forEach((levels, group) -> {
            List<List<GeneratedCaption>> written =
                    write(group, wanted(levels, batch.get(group.places.get(0)).seed()));
            for (int k = 0; k < written.size(); k++) {
                outcomes[group.places.get(k)] = outcome(levels, written.get(k));
            }
        });
        List<Captioned> all = new ArrayList<>();
        for (Captioned outcome : outcomes) {
            if (outcome == null) {
                throw new IllegalStateException(id + " left an image without an outcome");
            }
            all.add(outcome);
        }
        return all;
    }

    @Override
    public void close() {
        closing.run();
    }

    /** Images of a batch that are asked for the same. */
    private static final class Group {
        private final List<Integer> places = new ArrayList<>();
        private final List<float[]> images = new ArrayList<>();

        void add(int place, float[] rgb) {
            places.add(place);
            images.add(rgb);
        }
    }

    private List<List<GeneratedCaption>> write(Group group, List<CaptionRequest> requests) {
        try {
            return writer.write(ImageBatch.of(group.images, side, side), requests);
        } catch (RuntimeException failed) { // all images have one shape here, so it is no image's fault
            throw new InfrastructureException(
                    "captioning %d images failed: %s".formatted(group.images.size(), failed.getMessage()), failed);
        }
    }

    private List<CaptionRequest> wanted(List<DensityTarget> levels, long seed) {
        Set<DensityTarget> seen = new HashSet<>();
        List<CaptionRequest> requests = new ArrayList<>();
        for (DensityTarget level : levels) {
            DecodingStrategy decoding = seen.add(level)
                    ? new DecodingStrategy.Greedy()
                    : new DecodingStrategy.Nucleus(settings.topP(), settings.temperature(), seed + requests.size());
            requests.add(new CaptionRequest(level.prefix(), settings.maxTokens(), decoding));
        }
        return requests;
    }

    private Captioned outcome(List<DensityTarget> levels, List<GeneratedCaption> written) {
        List<ScoredCaption> captions = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (int j = 0; j < levels.size(); j++) {
            GeneratedCaption caption = written.get(j);
            if (caption.complete()) {
                float confidence = (float) Math.min(1, caption.confidence()); // rounding may pass 1
                captions.add(new ScoredCaption(
                        caption.text(),
                        levels.get(j).name(),
                        confidence,
                        id,
                        levels.get(j).prefix()));
            } else {
                refused.add(new Refused(
                        CaptionRejection.UNFINISHED,
                        caption.probabilities().size() + " tokens",
                        settings.maxTokens() + " tokens"));
            }
        }
        return captions.isEmpty() ? refused.get(0) : new Described(captions, refused);
    }
}
