package dev.latentstream.models;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The token states of a CLIP text tower, from a folder of transformers or of a diffusers pipeline.
 *
 * <p>Every caption is padded to the tower's full length, and padding counts: a UNet of Stable Diffusion or SDXL attends to
 * it too. A caption is encoded alone, so that its states do not depend on which captions it meets. Recent captions are
 * remembered.
 */
public final class ClipTextEncoder implements TextEncoder {
    /** Which states of the tower are taken. */
    public enum Taken {
        /** Of the last layer, normalised: Stable Diffusion 1, and 2, whose folder lacks the layer that it does without. */
        LAST,
        /** Of the layer before the last, normalised as the last one's are: OpenCLIP-H in arXiv 2404.02883. */
        PENULTIMATE,
        /** Of the layer before the last, as they are: both encoders of SDXL. */
        PENULTIMATE_UNNORMALISED;

        static Taken usual(ClipText.Config config) {
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
    private final RecentCaptions<float[]> recent; // (T, E) of each caption

    private ClipTextEncoder(ClipText network, BytePairs tokenizer, Taken taken, NDManager manager, int remembered) {
        this.network = network;
        this.tokenizer = tokenizer;
        this.taken = taken;
        this.manager = manager;
        recent = new RecentCaptions<>(remembered);
        String configuration = "%s; %s; pad %d".formatted(network.config(), taken, tokenizer.pad());
        id = "clip-%d-%s".formatted(width(), ModelId.of(network, configuration).substring(0, 16));
    }

    /**
     * Loads a folder, with the states that its kind of tower is usually read at: OpenCLIP-H's whole tower at the layer before
     * the last, any other at its last.
     */
    public static ClipTextEncoder load(Path folder, int remembered, Device device) throws IOException {
        return load(folder, Taken.usual(ClipFiles.text(folder)), remembered, device);
    }

    /**
     * Loads a folder: {@code config.json}, {@code model.safetensors}, and {@code tokenizer.json} or {@code vocab.json} with
     * {@code merges.txt} there or, as in the folders of diffusers, in the folder {@code tokenizer} beside it. It may hold a
     * projection and a vision tower too, which are left out.
     *
     * @param remembered captions whose states are kept
     * @throws IOException where a file is missing or faulty; the message names the file and the tensor or key
     */
    public static ClipTextEncoder load(Path folder, Taken taken, int remembered, Device device) throws IOException {
        ClipText.Config whole = ClipFiles.text(folder);
        int depth = whole.transformer().depth() - (taken == Taken.LAST ? 0 : 1);
        if (depth < 1) {
            throw new IOException("%s: a tower of %d layer has none before the last"
                    .formatted(folder, whole.transformer().depth()));
        }
        ClipText.Config config = whole.withoutProjection(depth);
        BytePairs tokenizer = BytePairs.clip(tokenizerFolder(folder));
        return OnDevice.open(device, tokenizer::close, manager -> {
            ClipText network = new ClipText(config);
            Path weights = folder.resolve("model.safetensors");
            WeightFiles.load(network, manager, weights, name -> name, spare -> ClipFiles.isSpareBeside(config, spare));
            return new ClipTextEncoder(network, tokenizer, taken, manager, remembered);
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
    public int tokens() {
        return network.config().positions();
    }

    @Override
    public int width() {
        return network.config().transformer().width();
    }

    @Override
    public synchronized TextStates encode(List<String> captions) {
        int size = tokens() * width();
        float[] states = new float[captions.size() * size];
        for (int i = 0; i < captions.size(); i++) {
            System.arraycopy(recent.get(captions.get(i), this::encode), 0, states, i * size, size);
        }
        int[] lengths = new int[captions.size()];
        Arrays.fill(lengths, tokens());
        return new TextStates(tokens(), width(), states, lengths);
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        manager.close();
    }

    private float[] encode(String caption) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return Torch.withoutGradients(() -> {
                NDArray tokens = Torch.indices(manager, tokenizer.ids(caption, tokens()), 1, tokens());
                NDArray states = network.forward(Pass.PLAIN, tokens).last(); // (1, T, E)
                return (taken == Taken.PENULTIMATE_UNNORMALISED ? states : network.normalised(Pass.PLAIN, states))
                        .toFloatArray();
            });
        }
    }
}
