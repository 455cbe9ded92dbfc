package dev.latentstream.models;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes captions of pictures with a BLIP-2 network. Not safe for several threads at once. */
public final class Blip2Captioner implements AutoCloseable {
    /** A second name of the words' matrix, in older files. */
    private static final Set<String> SPARE = Set.of("language_model.lm_head.weight");

    private final Blip2 network;
    private final Blip2Files.Described described;
    private final BytePairs tokenizer;
    private final NDManager manager;
    private final NDArray mean;
    private final NDArray deviation;

    private Blip2Captioner(Blip2 network, Blip2Files.Described described, BytePairs tokenizer, NDManager manager) {
        this.network = network;
        this.described = described;
        this.tokenizer = tokenizer;
        this.manager = manager;
        mean = ImageBatch.plane(manager, described.mean());
        deviation = ImageBatch.plane(manager, described.deviation());
    }

    /**
     * Loads a transformers folder: {@code config.json}, {@code model.safetensors}, {@code preprocessor_config.json}, and
     * {@code tokenizer.json} or {@code vocab.json} with {@code merges.txt}.
     *
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    public static Blip2Captioner load(Path folder, Device device) throws IOException {
        Blip2Files.Described described = Blip2Files.describe(folder);
        BytePairs tokenizer = BytePairs.opt(folder);
        NDManager manager = LoadedAutoencoder.manager(device);
        try {
            Blip2 network = new Blip2(described.config());
            WeightFiles.load(network, manager, folder.resolve("model.safetensors"), name -> name, SPARE::contains);
            return new Blip2Captioner(network, described, tokenizer, manager);
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            manager.close();
            throw e;
        }
    }

    /** Names the captioner: a hash of the weights, the configuration and the preprocessing, in hexadecimal. */
    public String id() {
        return ModelId.of(network, described.toString());
    }

    /** Side of the square that pictures are resized to, in pixels. */
    public int side() {
        return described.config().vision().side();
    }

    /**
     * Captions of every picture, in the order of the requests.
     *
     * @param images of any size: they are resized to the network's square
     */
    public List<List<GeneratedCaption>> caption(ImageBatch images, List<CaptionRequest> requests) {
        List<List<GeneratedCaption>> captions = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) {
            captions.add(new ArrayList<>());
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return Torch.withoutGradients(() -> {
                NDArray found = network.query(Pass.PLAIN, network.look(Pass.PLAIN, normalised(images))); // (B, Q, D)
                for (CaptionRequest request : requests) {
                    List<TokenText> texts = written(found, request);
                    for (int i = 0; i < texts.size(); i++) {
                        TokenText text = texts.get(i);
                        captions.get(i)
                                .add(GeneratedCaption.of(
                                        tokenizer.text(text.tokens()).strip(), text));
                    }
                }
                return captions;
            });
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }

    Blip2 network() {
        return network;
    }

    /** (B, 3, side, side), as the network takes them. */
    NDArray normalised(ImageBatch images) {
        NDArray pixels = images.tensor(manager); // (B, 3, H, W)
        if (images.height() != side() || images.width() != side()) {
            pixels = Torch.resize(pixels, side(), side());
        }
        return pixels.sub(mean).div(deviation);
    }

    /** Texts about pictures, of which the queries found (B, Q, D). */
    List<TokenText> written(NDArray found, CaptionRequest request) {
        long[] prefix = tokenizer.ids(request.prompt());
        long read = found.getShape().get(1) + prefix.length;
        int positions = described.config().text().positions();
        int most = (int) Math.min(request.maxTokens(), positions - read);
        if (most < 1) {
            throw new IllegalArgumentException(
                    "a prompt of %d tokens behind %d of the picture leaves no room in the model's %d positions"
                            .formatted(prefix.length, found.getShape().get(1), positions));
        }
        int batch = (int) found.getShape().get(0);
        return TextGeneration.write(new Reader(found, prefix), batch, most, described.end(), request.decoding());
    }

    /** Feeds the language model. */
    private final class Reader extends DecoderReader {
        private NDArray found;

        Reader(NDArray found, long[] prefix) {
            super(manager, (int) found.getShape().get(0), prefix);
            this.found = found;
        }

        @Override
        NDArray scores(NDArray tokens, Past past) {
            return network.tell(Pass.PLAIN, found, tokens, past); // (B, Q + T, V)
        }

        @Override
        void keep(NDArray kept) {
            found = Torch.rows(found, kept);
        }
    }
}
