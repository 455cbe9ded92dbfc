package dev.latentstream.models.text;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.tokenizer.BytePairs;
import dev.latentstream.models.weights.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The token states of a CLIP text tower and the embeddings of whole texts, from a folder of transformers or of a diffusers
 * pipeline.
 *
 * <p>Every caption is padded to the tower's full length, and padding counts: a UNet of Stable Diffusion or SDXL attends to
 * it too. A caption is encoded alone, so that its states do not depend on the rest of the batch. Recent captions are cached.
 */
final class ClipTextEncoder implements TextEncoder {
    /** The layer of the tower whose states are taken. */
    enum Taken {
        /** The last layer, normalised: Stable Diffusion 1, and 2, whose folder leaves out the layer that it does not use. */
        LAST,
        /** The layer before the last, with the final norm: OpenCLIP-H in arXiv 2404.02883. */
        PENULTIMATE,
        /** The layer before the last, without the final norm: both encoders of SDXL. */
        PENULTIMATE_UNNORMALISED;

        static Taken defaultFor(ClipText.Config config) {
            return config.withoutProjection(1)
                                    .equals(ClipText.Config.openClipH().withoutProjection(1))
                            && config.transformer().depth()
                                    == ClipText.Config.openClipH().transformer().depth()
                    ? PENULTIMATE
                    : LAST;
        }
    }

    private final ClipText network;
    private final BytePairs tokenizer;
    private final Taken taken;
    private final NDManager manager;
    private final String id;
    private final RecentCaptions<Encoded> recent;

    /**
     * The encoding of a caption.
     *
     * @param states (T, E)
     * @param pooled (P)
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Encoded(float[] states, float[] pooled) {
        long bytes() {
            return (long) (states.length + pooled.length) * Float.BYTES;
        }
    }

    private ClipTextEncoder(ClipText network, BytePairs tokenizer, Taken taken, NDManager manager, long cacheBytes) {
        this.network = network;
        this.tokenizer = tokenizer;
        this.taken = taken;
        this.manager = manager;
        recent = new RecentCaptions<>(cacheBytes, Encoded::bytes);
        String configuration = "%s; %s; pad %d".formatted(network.config().identity(), taken, tokenizer.pad());
        id = "clip-%d-%s".formatted(width(), ModelId.of(network, configuration).substring(0, 16));
    }

    /**
     * Loads a folder, with the states of the customary layer: the layer before the last of OpenCLIP-H's whole tower, the last of
     * any other.
     */
    static ClipTextEncoder load(Path folder, long cacheBytes, Device device) throws IOException {
        return load(folder, Taken.defaultFor(ClipFiles.text(folder)), cacheBytes, device);
    }

    /**
     * Loads a folder: {@code config.json}, {@code model.safetensors}, and {@code tokenizer.json} or {@code vocab.json} with
     * {@code merges.txt} there or, as in the folders of diffusers, in the folder {@code tokenizer} beside it. A vision
     * tower is ignored.
     *
     * @param cacheBytes limit on the cached states of captions, in bytes
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    static ClipTextEncoder load(Path folder, Taken taken, long cacheBytes, Device device) throws IOException {
        ClipText.Config config = ClipFiles.text(folder);
        if (taken != Taken.LAST && config.transformer().depth() == 1) {
            throw new IOException("%s: the tower has 1 layer; the layer before the last needs 2".formatted(folder));
        }
        BytePairs tokenizer = BytePairs.clip(tokenizerFolder(folder));
        return ModelLoader.load(device, tokenizer::close, manager -> {
            tokenizer.size().requireAtMost(config.vocabSize());
            ClipText network = new ClipText(config);
            ClipFiles.load(network, manager, folder.resolve("model.safetensors"));
            return new ClipTextEncoder(network, tokenizer, taken, manager, cacheBytes);
        });
    }

    /** {@code text_encoder_2 -> tokenizer_2}, unless the folder has its own. */
    private static Path tokenizerFolder(Path folder) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        boolean own = Files.exists(folder.resolve("tokenizer.json")) || Files.exists(folder.resolve("vocab.json"));
        return own || name == null || !name.toString().startsWith("text_encoder")
                ? folder
                : folder.toAbsolutePath()
                        .normalize()
                        .resolveSibling(name.toString().replace("text_encoder", "tokenizer"));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String tokenizer() {
        return tokenizer.hash();
    }

    @Override
    public int tokens() {
        return network.config().maxPositions();
    }

    @Override
    public int width() {
        return network.config().transformer().width();
    }

    @Override
    public int pooledWidth() {
        return network.config().pooledWidth();
    }

    @Override
    public synchronized TextStates encode(List<String> captions) {
        int size = tokens() * width();
        float[] states = new float[captions.size() * size];
        float[] pooled = new float[captions.size() * pooledWidth()];
        for (int i = 0; i < captions.size(); i++) {
            Encoded own = recent.get(captions.get(i), this::encode);
            System.arraycopy(own.states(), 0, states, i * size, size);
            System.arraycopy(own.pooled(), 0, pooled, i * pooledWidth(), pooledWidth());
        }
        int[] lengths = new int[captions.size()];
        Arrays.fill(lengths, tokens());
        return new TextStates(tokens(), width(), states, lengths, pooled);
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        manager.close();
    }

    private Encoded encode(String caption) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return Torch.withoutGradients(() -> {
                long[] ids = tokenizer.ids(caption, tokens());
                ClipTransformer.States layers =
                        network.forward(Pass.PLAIN, Torch.indices(manager, ids, 1, tokens())); // (1, T, E) twice
                NDArray states =
                        switch (taken) {
                            case LAST -> network.normalised(Pass.PLAIN, layers.last());
                            case PENULTIMATE -> network.normalised(Pass.PLAIN, layers.penultimate());
                            case PENULTIMATE_UNNORMALISED -> layers.penultimate();
                        }; // (1, T, E)
                NDArray pooled = network.project(Pass.PLAIN, new long[][] {ids}, layers.last()); // (1, P)
                return new Encoded(states.toFloatArray(), pooled.toFloatArray());
            });
        }
    }
}
