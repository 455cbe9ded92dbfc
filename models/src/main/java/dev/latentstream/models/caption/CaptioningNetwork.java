package dev.latentstream.models.caption;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.ImagePreprocessor;
import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes captions of pictures with a network: BLIP, or BLIP-2 with OPT. Not safe for several threads at once. */
public abstract sealed class CaptioningNetwork implements AutoCloseable permits BlipCaptioner, Blip2Captioner {
    private final NDManager manager;
    private final ImagePreprocessor pictures;

    /**
     * @param manager holds the weights; closed with this
     * @param side of the network's square, in pixels
     */
    CaptioningNetwork(NDManager manager, int side, Normalization scale) {
        this.manager = manager;
        pictures = new ImagePreprocessor(manager, side, scale);
    }

    /**
     * Loads a transformers folder of either kind, which its {@code config.json} tells: that with {@code model.safetensors}
     * (or shards and their index), {@code preprocessor_config.json}, and {@code tokenizer.json} or what it is made of:
     * {@code vocab.txt} for BLIP, {@code vocab.json} with {@code merges.txt} for BLIP-2.
     *
     * @throws IOException where a file is missing or faulty or the model is of another kind; the message names the file and the
     *     tensor or key
     */
    public static CaptioningNetwork load(Path folder, Device device) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        return switch (json.text("model_type", "none")) {
            case BlipFiles.MODEL_TYPE -> BlipCaptioner.open(folder, device);
            case Blip2Files.MODEL_TYPE -> Blip2Captioner.open(folder, device);
            default ->
                throw json.fault(
                        "model_type",
                        "captioners are %s and %s".formatted(BlipFiles.MODEL_TYPE, Blip2Files.MODEL_TYPE));
        };
    }

    /** Names the captioner: its kind, and a hash of the weights, the configuration and the preprocessing, in hexadecimal. */
    public abstract String id();

    /** Side of the square that pictures are resized to, in pixels. */
    public final int side() {
        return pictures.side();
    }

    /**
     * Captions of every picture, in the order of the requests.
     *
     * @param images of any size: they are resized to the network's square
     */
    public final List<List<GeneratedCaption>> caption(ImageBatch images, List<CaptionRequest> requests) {
        List<List<GeneratedCaption>> captions = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) {
            captions.add(new ArrayList<>());
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return Torch.withoutGradients(() -> {
                NDArray seen = look(normalised(images)); // (B, S, D)
                for (CaptionRequest request : requests) {
                    List<Hypothesis> texts = written(seen, request);
                    for (int i = 0; i < texts.size(); i++) {
                        Hypothesis text = texts.get(i);
                        captions.get(i).add(GeneratedCaption.of(text(text.tokens()), text));
                    }
                }
                return captions;
            });
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    /** (B, 3, side, side), as the network takes them. */
    public final NDArray normalised(ImageBatch images) {
        return pictures.whole(images);
    }

    /** Texts about pictures, one each, of which {@link #look} made (B, S, D). */
    public final List<Hypothesis> written(NDArray seen, CaptionRequest request) {
        long[] prefix = prefix(request.prompt());
        int most = Math.min(request.maxTokens(), positions() - prefix.length);
        if (most < 1) {
            throw new IllegalArgumentException(
                    "a prompt of %d tokens leaves no room in the %d positions that the decoder has for text"
                            .formatted(prefix.length, positions()));
        }
        int batch = (int) seen.getShape().get(0);
        NextTokenModel reader = reader(seen, prefix);
        return request.decoding() instanceof DecodingStrategy.Beam beam
                ? new BeamSearch(beam.beams(), batch, end()).search(reader, most)
                : new SamplingDecoder(request.decoding(), batch, end()).search(reader, most);
    }

    final NDManager manager() {
        return manager;
    }

    /** Normalised pictures (B, 3, side, side) -> what texts are written from (B, S, D) */
    abstract NDArray look(NDArray pixels);

    /** Feeds the decoder with texts about what {@link #look} made, one each. */
    abstract NextTokenModel reader(NDArray seen, long[] prefix);

    /** What a text begins with: the mark of the start, and the prompt. */
    abstract long[] prefix(String prompt);

    /** The longest text with its prefix, in tokens. */
    abstract int positions();

    /** The token that ends a text. */
    abstract long end();

    /** The words of tokens, without marks and without space around them. */
    abstract String text(long[] tokens);
}
