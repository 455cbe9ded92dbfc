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

/** Writes captions of pictures with a BLIP network. Not safe for several threads at once. */
public final class BlipCaptioner implements AutoCloseable {
    /** Of older files: a second name of the head's bias, and a list of all positions. */
    private static final Set<String> SPARE =
            Set.of("text_decoder.cls.predictions.decoder.bias", "text_decoder.bert.embeddings.position_ids");

    private final Blip network;
    private final BlipFiles.Described described;
    private final WordPiece words;
    private final NDManager manager;
    private final NDArray mean;
    private final NDArray deviation;

    /**
     * @param manager holds the weights; closed with this
     */
    BlipCaptioner(Blip network, BlipFiles.Described described, WordPiece words, NDManager manager) {
        this.network = network;
        this.described = described;
        this.words = words;
        this.manager = manager;
        mean = ImageBatch.plane(manager, described.mean());
        deviation = ImageBatch.plane(manager, described.deviation());
    }

    /**
     * Loads a transformers folder: {@code config.json}, {@code model.safetensors}, {@code preprocessor_config.json}, and
     * {@code tokenizer.json} or {@code vocab.txt}.
     *
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    public static BlipCaptioner load(Path folder, Device device) throws IOException {
        Path weights = folder.resolve("model.safetensors");
        boolean tied = !WeightFiles.holds(weights, "text_decoder.cls.predictions.decoder.weight");
        BlipFiles.Described described = BlipFiles.describe(folder, tied);
        WordPiece words = WordPiece.read(folder);
        NDManager manager = LoadedAutoencoder.manager(device);
        try {
            Blip network = new Blip(described.config());
            WeightFiles.load(network, manager, weights, name -> name, SPARE::contains);
            return new BlipCaptioner(network, described, words, manager);
        } catch (IOException | RuntimeException e) {
            words.close();
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
                NDArray seen = network.look(Pass.PLAIN, normalised(images)); // (B, S, D)
                for (CaptionRequest request : requests) {
                    List<TokenText> texts = written(seen, request);
                    for (int i = 0; i < texts.size(); i++) {
                        captions.get(i)
                                .add(GeneratedCaption.of(words.text(texts.get(i).tokens()), texts.get(i)));
                    }
                }
                return captions;
            });
        }
    }

    @Override
    public void close() {
        words.close();
        manager.close();
    }

    Blip network() {
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

    private List<TokenText> written(NDArray seen, CaptionRequest request) {
        return new TextGeneration(
                        network.decoder(), manager, described.config().text().positions(), described.end())
                .generate(seen, prefix(request.prompt()), request.maxTokens(), request.decoding());
    }

    private long[] prefix(String prompt) {
        long[] ids = words.ids(prompt);
        long[] prefix = new long[ids.length + 1];
        prefix[0] = described.start();
        System.arraycopy(ids, 0, prefix, 1, ids.length);
        return prefix;
    }
}
