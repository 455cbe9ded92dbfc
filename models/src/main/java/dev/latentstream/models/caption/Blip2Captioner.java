package dev.latentstream.models.caption;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.tokenizer.BytePairs;
import dev.latentstream.models.weights.ModelId;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A captioner whose language model reads what a few queries found in the picture before it reads the text. */
final class Blip2Captioner extends CaptioningNetwork {
    /** A second name of the words' matrix, in older files. */
    private static final Set<String> SPARE = Set.of("language_model.lm_head.weight");

    private final Blip2 network;
    private final Blip2Files.LoadedConfig loaded;
    private final BytePairs tokenizer;

    private Blip2Captioner(Blip2 network, Blip2Files.LoadedConfig loaded, BytePairs tokenizer, NDManager manager) {
        super(manager, loaded.config().vision().side(), loaded.pixels());
        this.network = network;
        this.loaded = loaded;
        this.tokenizer = tokenizer;
    }

    static Blip2Captioner open(Path folder, Device device) throws IOException {
        Blip2Files.LoadedConfig loaded = Blip2Files.describe(folder);
        BytePairs tokenizer = BytePairs.opt(folder);
        return ModelLoader.load(device, tokenizer::close, manager -> {
            Blip2 network = new Blip2(loaded.config());
            WeightFiles.load(network, manager, folder.resolve("model.safetensors"), name -> name, SPARE::contains);
            return new Blip2Captioner(network, loaded, tokenizer, manager);
        });
    }

    @Override
    public String id() {
        return "blip-2-" + ModelId.of(network, loaded.toString());
    }

    @Override
    public void close() {
        tokenizer.close();
        super.close();
    }

    Blip2 network() {
        return network;
    }

    /** What the queries found (B, Q, D) */
    @Override
    NDArray look(NDArray pixels) {
        return network.query(Pass.PLAIN, network.look(Pass.PLAIN, pixels)); // (B, Q, D)
    }

    @Override
    NextTokenModel reader(NDArray found, long[] prefix) {
        return new Reader(found, prefix);
    }

    @Override
    long[] prefix(String prompt) {
        return tokenizer.ids(prompt);
    }

    /** The queries' tokens stand before the text. */
    @Override
    int positions() {
        return loaded.config().text().maxPositions() - loaded.config().queries();
    }

    @Override
    long end() {
        return loaded.end();
    }

    @Override
    String text(long[] tokens) {
        return tokenizer.text(tokens).strip();
    }

    private final class Reader extends CachedDecoder {
        private NDArray found;

        Reader(NDArray found, long[] prefix) {
            super(manager(), (int) found.getShape().get(0), prefix);
            this.found = found;
        }

        @Override
        NDArray scores(NDArray tokens, KeyValueCache cache) {
            return network.tell(Pass.PLAIN, found, tokens, cache); // (B, Q + T, V)
        }

        @Override
        void keep(NDArray kept) {
            found = Torch.rows(found, kept);
        }
    }
}
