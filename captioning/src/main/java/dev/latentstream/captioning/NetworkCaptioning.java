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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Captions by a BLIP or BLIP-2 network on a local device.
 *
 * <p>Images with the same levels are batched. The first caption of a level is decoded greedily, further ones by nucleus sampling;
 * samples depend on the seed and on the composition of the batch. The network sees the centre square of an image, as the
 * autoencoder does, so that captions describe the part that is trained on.
 */
final class NetworkCaptioning implements Captioner {
    private final String id;
    private final int side;
    private final Writer writer;
    private final Runnable closing;
    private final Network settings;
    /** Levels of which an image got a caption: the settings suit them. */
    private final Set<List<DensityTarget>> proven = new HashSet<>();

    /** The network's caption method. */
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
     * @throws IOException if a file is missing or invalid
     */
    static NetworkCaptioning load(Network settings, Device device) throws IOException {
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
            List<List<GeneratedCaption>> written = write(
                    group,
                    captionRequests(levels, batch.get(group.indices.get(0)).seed()));
            for (int k = 0; k < written.size(); k++) {
                Captioned outcome = outcome(levels, written.get(k));
                requireProven(levels, outcome);
                outcomes[group.indices.get(k)] = outcome;
            }
        });
        List<Captioned> all = new ArrayList<>();
        for (Captioned outcome : outcomes) {
            if (outcome == null) {
                throw new IllegalStateException(id + " returned no outcome for an image");
            }
            all.add(outcome);
        }
        return all;
    }

    @Override
    public void close() {
        closing.run();
    }

    /** Stops the stage where no image can get a caption of these levels, before the first one is refused for it. */
    private void requireProven(List<DensityTarget> levels, Captioned outcome) {
        if (outcome instanceof Refused && !proven.contains(levels)) {
            Group reference = new Group();
            reference.add(
                    0,
                    Pixels.decode(ByteBuffer.wrap(ReferenceImage.jpeg()), side, side)
                            .values());
            Captioned ofReference =
                    outcome(levels, write(reference, captionRequests(levels, 0)).get(0));
            if (ofReference instanceof Refused refused) {
                throw new InfrastructureException(
                        "%s does not finish a caption of a reference image either within %s; raise captioning.network.max-tokens"
                                .formatted(id, refused.bound()));
            }
        }
        proven.add(levels);
    }

    /** The images of a batch with the same levels. */
    private static final class Group {
        private final List<Integer> indices = new ArrayList<>();
        private final List<float[]> images = new ArrayList<>();

        void add(int index, float[] rgb) {
            indices.add(index);
            images.add(rgb);
        }
    }

    private List<List<GeneratedCaption>> write(Group group, List<CaptionRequest> requests) {
        try {
            return writer.write(ImageBatch.of(group.images, side, side), requests);
        } catch (RuntimeException failed) { // all images have the same shape here, so no image is at fault
            throw new InfrastructureException(
                    "captioning %d images failed: %s".formatted(group.images.size(), failed.getMessage()), failed);
        }
    }

    private List<CaptionRequest> captionRequests(List<DensityTarget> levels, long seed) {
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
                float confidence = (float) Math.min(1, caption.confidence()); // rounding may exceed 1
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
