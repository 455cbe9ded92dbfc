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
import java.util.Objects;

/** A captioner whose language model takes the outputs of image queries as a prefix of the text. */
final class Blip2Captioner extends CaptioningNetwork {
    /** A second name of the embedding matrix, in older files. */
    private static final String HEAD = "language_model.lm_head.weight";

    private static final String EMBEDDINGS = "language_model.model.decoder.embed_tokens.weight";

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
        if (tokenizer.start() != loaded.start()) { // transformers starts a text without a prompt by it
            tokenizer.close();
            throw new IOException("%s: text_config.bos_token_id is %d; supported is the tokenizer's start token, %d"
                    .formatted(folder.resolve("config.json"), loaded.start(), tokenizer.start()));
        }
        return ModelLoader.load(device, tokenizer::close, manager -> {
            tokenizer.size().requireAtMost(loaded.config().text().vocabSize());
            Blip2 network = new Blip2(loaded.config());
            Path weights = folder.resolve("model.safetensors");
            WeightFiles.load(network, manager, weights, name -> name, HEAD::equals);
            WeightFiles.requireTied(
                    manager,
                    weights,
                    HEAD,
                    Objects.requireNonNull(network.weights().get(EMBEDDINGS)));
            return new Blip2Captioner(network, loaded, tokenizer, manager);
        });
    }

    @Override
    public String id() {
        return "blip-2-" + ModelId.of(network, loaded.identity() + "; tokenizer " + tokenizer.hash());
    }

    @Override
    public void close() {
        tokenizer.close();
        super.close();
    }

    Blip2 network() {
        return network;
    }

    /** Outputs of the queries (B, Q, D) */
    @Override
    NDArray encodeImage(NDArray pixels) {
        return network.query(Pass.PLAIN, network.encodeImage(Pass.PLAIN, pixels)); // (B, Q, D)
    }

    @Override
    NextTokenModel decoder(NDArray queried, long[] prefix) {
        return new Decoder(queried, prefix);
    }

    @Override
    long[] prefix(String prompt) {
        return tokenizer.ids(prompt);
    }

    /** The queries take positions before the text. */
    @Override
    int maxPositions() {
        return loaded.config().text().maxPositions() - loaded.config().queries();
    }

    @Override
    long[] ends() {
        return loaded.ends().stream().mapToLong(Integer::longValue).toArray();
    }

    @Override
    String text(long[] tokens) {
        return tokenizer.text(tokens).strip();
    }

    private final class Decoder extends CachedDecoder {
        private NDArray queried;

        Decoder(NDArray queried, long[] prefix) {
            super(manager(), (int) queried.getShape().get(0), prefix);
            this.queried = queried;
        }

        @Override
        NDArray logits(NDArray tokens, KeyValueCache cache) {
            return network.decode(Pass.PLAIN, queried, tokens, cache); // (B, Q + T, V)
        }

        @Override
        void keep(NDArray kept) {
            queried = Torch.rows(queried, kept);
        }
    }
}
