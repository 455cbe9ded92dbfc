package dev.latentstream.models.text;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.ImagePreprocessor;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.tokenizer.BytePairs;
import dev.latentstream.models.weights.ModelId;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Scores how well texts and images match, by CLIP: the cosine similarity of their embeddings. Not thread-safe.
 */
final class ClipScorer implements AutoCloseable {
    private final Clip network;
    private final ClipFiles.LoadedConfig loaded;
    private final BytePairs tokenizer;
    private final NDManager manager;
    private final ImagePreprocessor preprocessor;

    private ClipScorer(Clip network, ClipFiles.LoadedConfig loaded, BytePairs tokenizer, NDManager manager) {
        this.network = network;
        this.loaded = loaded;
        this.tokenizer = tokenizer;
        this.manager = manager;
        preprocessor = new ImagePreprocessor(manager, loaded.config().vision().side(), loaded.pixels());
    }

    /**
     * Loads a transformers folder of a {@code CLIPModel}: {@code config.json}, {@code model.safetensors},
     * {@code preprocessor_config.json} or {@code processor_config.json}, and {@code tokenizer.json} or {@code vocab.json} with {@code merges.txt}.
     *
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    static ClipScorer load(Path folder, Device device) throws IOException {
        ClipFiles.LoadedConfig loaded = ClipFiles.both(folder);
        BytePairs tokenizer = BytePairs.clip(folder);
        return ModelLoader.load(device, tokenizer::close, manager -> {
            tokenizer.size().requireAtMost(loaded.config().text().vocabSize());
            Clip network = new Clip(loaded.config());
            Path weights = folder.resolve("model.safetensors");
            WeightFiles.load(network, manager, weights, name -> name, ClipFiles::isSpare);
            return new ClipScorer(network, loaded, tokenizer, manager);
        });
    }

    /** The id of the scorer: a hash of the weights, the configuration and the preprocessing, in hexadecimal. */
    String id() {
        return ModelId.of(network, loaded.identity() + "; tokenizer " + tokenizer.hash());
    }

    /** Side of the square that images are fitted to, in pixels. */
    int side() {
        return preprocessor.side();
    }

    /**
     * Cosine similarities, -1 to 1, of each image with each text.
     *
     * @param images of any size: scaled so that the shorter side fits the network's square, then cropped to the centre
     */
    float[][] scores(ImageBatch images, List<String> texts) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            float[] cosines = Torch.withoutGradients(
                    () -> Clip.cosines(images(images), texts(texts)).toFloatArray()); // (I, B)
            float[][] rows = new float[images.count()][texts.size()];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(cosines, i * texts.size(), rows[i], 0, texts.size());
            }
            return rows;
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }

    private NDArray images(ImageBatch images) {
        return network.vision().project(Pass.PLAIN, preprocessor.centre(images)); // (I, P)
    }

    private NDArray texts(List<String> texts) {
        int length = loaded.config().text().maxPositions();
        long[][] tokens =
                texts.stream().map(text -> tokenizer.ids(text, length)).toArray(long[][]::new);
        long[] all = new long[texts.size() * length];
        for (int i = 0; i < tokens.length; i++) {
            System.arraycopy(tokens[i], 0, all, i * length, length);
        }
        NDArray last = network.text()
                .forward(Pass.PLAIN, Torch.indices(manager, all, texts.size(), length))
                .last(); // (B, T, D)
        return network.text().project(Pass.PLAIN, tokens, last); // (B, P)
    }
}
