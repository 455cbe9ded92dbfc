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

/** A captioner whose decoder attends to the image tokens in every layer. */
public final class BlipCaptioner extends CaptioningNetwork {
    private static final String HEAD = "text_decoder.cls.predictions.";

    /** Has no effect in files that also contain the bias of the head's matrix; older ones contain a list of all positions. */
    private static final Set<String> SPARE = Set.of(HEAD + "bias", "text_decoder.bert.embeddings.position_ids");

    /** Vocabularies are padded to a multiple of some power of two; BLIP's own has two ids more than words. */
    private static final int MAX_PADDING = 127;

    private final Blip network;
    private final BlipFiles.LoadedConfig loaded;
    /** That of the shipped captioner, whose id was in use before ids had tokenizers. */
    private static final String SHIPPED_TOKENIZER = "9f17e19dc4e24262";

    private final WordPiece tokenizer;

    public BlipCaptioner(Blip network, BlipFiles.LoadedConfig loaded, WordPiece tokenizer, NDManager manager) {
        super(manager, loaded.config().vision().side(), loaded.pixels());
        this.network = network;
        this.loaded = loaded;
        this.tokenizer = tokenizer;
    }

    static BlipCaptioner open(Path folder, Device device) throws IOException {
        Path weights = folder.resolve("model.safetensors");
        boolean tied = !WeightFiles.contains(weights, HEAD + "decoder.weight");
        BlipFiles.LoadedConfig loaded = BlipFiles.describe(folder, tied);
        WordPiece tokenizer = WordPiece.read(folder);
        int vocabSize = loaded.config().text().vocabSize();
        int padding = Math.min(MAX_PADDING, vocabSize / 8);
        if (tokenizer.size().ids() < vocabSize - padding) {
            tokenizer.close();
            throw new IOException(
                    "%s: it has %d tokens; vocab_size in config.json is %d, of which at most %d are padding"
                            .formatted(
                                    tokenizer.size().source(), tokenizer.size().ids(), vocabSize, padding));
        }
        return ModelLoader.load(device, tokenizer::close, manager -> {
            tokenizer.size().requireAtMost(vocabSize);
            Blip network = new Blip(loaded.config());
            load(network, manager, weights);
            return new BlipCaptioner(network, loaded, tokenizer, manager);
        });
    }

    /** Loads the weights; the head's bias is {@code decoder.bias}, which transformers 4 shares with {@code bias}. */
    static void load(Blip network, NDManager manager, Path weights) throws IOException {
        boolean separate = WeightFiles.contains(weights, HEAD + "decoder.bias");
        WeightFiles.load(
                network,
                manager,
                weights,
                name -> separate && name.equals(HEAD + "bias") ? HEAD + "decoder.bias" : name,
                SPARE::contains);
    }

    @Override
    public String id() {
        String words = tokenizer.hash().equals(SHIPPED_TOKENIZER) ? "" : "; tokenizer " + tokenizer.hash();
        return "blip-" + ModelId.of(network, loaded.identity() + words);
    }

    @Override
    public void close() {
        tokenizer.close();
        super.close();
    }

    public Blip network() {
        return network;
    }

    @Override
    public NDArray encodeImage(NDArray pixels) {
        return network.encodeImage(Pass.PLAIN, pixels); // (B, S, D)
    }

    @Override
    NextTokenModel decoder(NDArray image, long[] prefix) {
        return new Decoder(image, prefix);
    }

    @Override
    long[] prefix(String prompt) {
        long[] ids = tokenizer.ids(prompt);
        long[] prefix = new long[ids.length + 1];
        prefix[0] = loaded.start();
        System.arraycopy(ids, 0, prefix, 1, ids.length);
        return prefix;
    }

    @Override
    int maxPositions() {
        return loaded.config().text().maxPositions();
    }

    @Override
    long[] ends() {
        return new long[] {loaded.end()};
    }

    @Override
    String text(long[] tokens) {
        return tokenizer.text(tokens);
    }

    private final class Decoder extends CachedDecoder {
        private List<KeyValues> crossKeyValues;

        Decoder(NDArray image, long[] prefix) {
            super(manager(), (int) image.getShape().get(0), prefix);
            crossKeyValues = network.decoder().crossKeyValues(Pass.PLAIN, image);
        }

        @Override
        NDArray logits(NDArray tokens, KeyValueCache cache) {
            return network.decoder().forward(Pass.PLAIN, tokens, crossKeyValues, cache); // (B, T, V)
        }

        @Override
        void keep(NDArray kept) {
            crossKeyValues = crossKeyValues.stream()
                    .map(keyValues -> keyValues.map(t -> Torch.rows(t, kept)))
                    .toList();
        }
    }
}
