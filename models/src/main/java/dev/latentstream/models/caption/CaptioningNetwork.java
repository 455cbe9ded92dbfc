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

/** Generates captions of images with a network: BLIP, or BLIP-2 with OPT. Not thread-safe. */
public abstract sealed class CaptioningNetwork implements AutoCloseable permits BlipCaptioner, Blip2Captioner {
    private final NDManager manager;
    private final ImagePreprocessor preprocessor;

    /**
     * @param manager owns the weights; closed with this
     * @param side of the network's square, in pixels
     */
    CaptioningNetwork(NDManager manager, int side, Normalization normalization) {
        this.manager = manager;
        preprocessor = new ImagePreprocessor(manager, side, normalization);
    }

    /**
     * Loads a transformers folder of either kind: {@code config.json}, {@code model.safetensors} (or shards and their index),
     * {@code preprocessor_config.json} or {@code processor_config.json}, and {@code tokenizer.json} or, in its place, {@code vocab.txt} for BLIP,
     * {@code vocab.json} with {@code merges.txt} for BLIP-2.
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
                        "model_type", "supported are %s and %s".formatted(BlipFiles.MODEL_TYPE, Blip2Files.MODEL_TYPE));
        };
    }

    /** The id of the captioner: its kind, and a hash of the weights, the configuration and the preprocessing, in hexadecimal. */
    public abstract String id();

    /** Side of the square that images are resized to, in pixels. */
    public final int side() {
        return preprocessor.side();
    }

    /**
     * Captions of every image, in the order of the requests.
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
                NDArray encoded = encodeImage(normalised(images)); // (B, S, D)
                for (CaptionRequest request : requests) {
                    List<Hypothesis> texts = generate(encoded, request);
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

    /** Resized and normalised images (B, 3, side, side). */
    public final NDArray normalised(ImageBatch images) {
        return preprocessor.whole(images);
    }

    /** Generates one text for each of the images that {@link #encodeImage} encoded (B, S, D). */
    public final List<Hypothesis> generate(NDArray encoded, CaptionRequest request) {
        long[] prefix = prefix(request.prompt());
        int maxLength = Math.min(request.maxTokens(), maxPositions() - prefix.length);
        if (maxLength < 1) {
            throw new IllegalArgumentException(
                    "a prompt of %d tokens leaves no room in the %d text positions of the decoder"
                            .formatted(prefix.length, maxPositions()));
        }
        int batch = (int) encoded.getShape().get(0);
        NextTokenModel decoder = decoder(encoded, prefix);
        return request.decoding() instanceof DecodingStrategy.Beam beam
                ? new BeamSearch(beam.beams(), batch, ends()).search(decoder, maxLength)
                : new SamplingDecoder(request.decoding(), batch, ends()).search(decoder, maxLength);
    }

    final NDManager manager() {
        return manager;
    }

    /** Normalised images (B, 3, side, side) -> tokens that the decoder is conditioned on (B, S, D) */
    abstract NDArray encodeImage(NDArray pixels);

    /** Returns a decoder of one text for each encoded image. */
    abstract NextTokenModel decoder(NDArray encoded, long[] prefix);

    /** The first tokens of a text: the start token, and the prompt. */
    abstract long[] prefix(String prompt);

    /** Maximum length of a text with its prefix, in tokens. */
    abstract int maxPositions();

    /** Ids of the tokens each of which ends a text. */
    abstract long[] ends();

    /** The text of token ids, without special tokens, stripped. */
    abstract String text(long[] tokens);
}
