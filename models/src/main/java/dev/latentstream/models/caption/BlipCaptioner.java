package dev.latentstream.models.caption;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.KeyValues;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.tokenizer.WordPiece;
import dev.latentstream.models.weights.ModelId;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A captioner of which each layer of the decoder looks at the tokens of the picture. */
public final class BlipCaptioner extends CaptioningNetwork {
    /** Of older files: a second name of the head's bias, and a list of all positions. */
    private static final Set<String> SPARE =
            Set.of("text_decoder.cls.predictions.decoder.bias", "text_decoder.bert.embeddings.position_ids");

    private final Blip network;
    private final BlipFiles.LoadedConfig loaded;
    private final WordPiece words;

    public BlipCaptioner(Blip network, BlipFiles.LoadedConfig loaded, WordPiece words, NDManager manager) {
        super(manager, loaded.config().vision().side(), loaded.pixels());
        this.network = network;
        this.loaded = loaded;
        this.words = words;
    }

    static BlipCaptioner open(Path folder, Device device) throws IOException {
        Path weights = folder.resolve("model.safetensors");
        boolean tied = !WeightFiles.contains(weights, "text_decoder.cls.predictions.decoder.weight");
        BlipFiles.LoadedConfig loaded = BlipFiles.describe(folder, tied);
        WordPiece words = WordPiece.read(folder);
        return ModelLoader.load(device, words::close, manager -> {
            Blip network = new Blip(loaded.config());
            WeightFiles.load(network, manager, weights, name -> name, SPARE::contains);
            return new BlipCaptioner(network, loaded, words, manager);
        });
    }

    @Override
    public String id() {
        return "blip-" + ModelId.of(network, loaded.toString());
    }

    @Override
    public void close() {
        words.close();
        super.close();
    }

    public Blip network() {
        return network;
    }

    @Override
    public NDArray look(NDArray pixels) {
        return network.encodeImage(Pass.PLAIN, pixels); // (B, S, D)
    }

    @Override
    NextTokenModel reader(NDArray seen, long[] prefix) {
        return new Reader(seen, prefix);
    }

    @Override
    long[] prefix(String prompt) {
        long[] ids = words.ids(prompt);
        long[] prefix = new long[ids.length + 1];
        prefix[0] = loaded.start();
        System.arraycopy(ids, 0, prefix, 1, ids.length);
        return prefix;
    }

    @Override
    int positions() {
        return loaded.config().text().maxPositions();
    }

    @Override
    long end() {
        return loaded.end();
    }

    @Override
    String text(long[] tokens) {
        return words.text(tokens);
    }

    private final class Reader extends CachedDecoder {
        private List<KeyValues> image;

        Reader(NDArray seen, long[] prefix) {
            super(manager(), (int) seen.getShape().get(0), prefix);
            image = network.decoder().crossKeyValues(Pass.PLAIN, seen);
        }

        @Override
        NDArray scores(NDArray tokens, KeyValueCache cache) {
            return network.decoder().forward(Pass.PLAIN, tokens, image, cache); // (B, T, V)
        }

        @Override
        void keep(NDArray kept) {
            image = image.stream().map(m -> m.map(t -> Torch.rows(t, kept))).toList();
        }
    }
}
