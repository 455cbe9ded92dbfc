package dev.latentstream.ingest.scoring;

import ai.djl.Device;
import dev.latentstream.ingest.scoring.ModelFile.Activation;
import dev.latentstream.models.onnx.ImageInput;
import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.Feed;
import dev.latentstream.models.onnx.OnnxNetwork.Values;
import dev.latentstream.models.onnx.TextInput;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.KebabCase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scores of an ONNX network for images, or for images with their texts, by the rules of its {@code model.yaml}. */
final class OnnxScorer implements ImageScorer {
    /** Probabilities are this far outside 0 to 1 at most. */
    private static final double ROUNDING = 1e-3;

    private final ModelFolder model;
    private final String id;
    private final OnnxNetwork network;
    private final ImageInput input;
    private final @Nullable TextInput texts;
    private final Names names;
    private final FloatBuffer buffer;

    /**
     * Names of tensors.
     *
     * @param images the input of images
     * @param masked whether the network has an input for the mask of texts
     * @param labelled the labelled output
     * @param wanted the outputs that rules read
     */
    private record Names(String images, boolean masked, String labelled, Set<String> wanted) {}

    private OnnxScorer(ModelFolder model, String id, OnnxNetwork network, @Nullable TextInput texts, Names names) {
        this.model = model;
        this.id = id;
        this.network = network;
        this.input = model.settings().input().images();
        this.texts = texts;
        this.names = names;
        this.buffer = ByteBuffer.allocateDirect(model.settings().maxBatch() * input.elements() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Loads the network of a folder and checks that it has the inputs and outputs that its {@code model.yaml} names.
     *
     * @param threads of one run; 0 for one per core
     * @throws SettingsException that names the file, value and bound
     */
    static OnnxScorer open(ModelFolder model, Device device, int threads) throws IOException {
        OnnxNetwork network = OnnxNetwork.load(model.name(), model.network(), device, threads);
        try {
            NetworkCheck check =
                    new NetworkCheck(model.settings(), model.rules().values(), network);
            Names names = new Names(check.images(), check.hasMask(), check.labelled(), check.wanted());
            return new OnnxScorer(model, FolderHash.of(model.folder()), network, texts(model), names);
        } catch (IllegalArgumentException unsuitable) {
            network.close();
            throw new SettingsException("%s: %s".formatted(model.folder(), unsuitable.getMessage()), unsuitable);
        } catch (IOException | RuntimeException unreadable) {
            network.close();
            throw unreadable;
        }
    }

    private static @Nullable TextInput texts(ModelFolder model) throws IOException {
        ModelFile.@Nullable Text text = model.settings().text();
        return text == null
                ? null
                : TextInput.open(model.file("text.tokenizer", text.tokenizer()), text.length(), text.padding());
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Map<String, Optional<ScoreBound>> scores() {
        return model.bounds();
    }

    @Override
    public int maxBatch() {
        return model.settings().maxBatch();
    }

    @Override
    public List<Map<String, Double>> score(List<Input> images) {
        buffer.clear();
        images.forEach(image -> input.write(image.image(), buffer));
        buffer.flip();
        Map<String, Feed> feeds = new LinkedHashMap<>();
        feeds.put(names.images(), new Feed.Floats(buffer, input.shape(images.size())));
        addTexts(images, feeds);
        Map<String, Values> outputs =
                network.run(feeds, names.wanted(), model.settings().timeLimit());
        outputs.forEach((name, values) -> requireRows(name, values, images.size()));
        List<Map<String, Double>> scores = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Row row = new Row(outputs, i, images.size());
            Map<String, Double> values = new LinkedHashMap<>();
            boolean hasText = images.get(i).text().isPresent();
            model.rules().forEach((name, rule) -> {
                if (hasText || !readsText(rule)) {
                    values.put(name, rule.value(row));
                }
            });
            scores.add(values);
        }
        return scores;
    }

    private void addTexts(List<Input> images, Map<String, Feed> feeds) {
        ModelFile.@Nullable Text text = model.settings().text();
        if (text == null || texts == null) {
            return;
        }
        TextInput.Tokens tokens = texts.tokens(
                images.stream().map(image -> image.text().orElse("")).toList());
        feeds.put(text.ids(), tokens.ids());
        if (names.masked()) {
            feeds.put(text.mask(), tokens.mask());
        }
    }

    @Override
    public boolean readsText() {
        return model.rules().values().stream().anyMatch(this::readsText);
    }

    private boolean readsText(ScoreRule rule) {
        ModelFile.@Nullable Text text = model.settings().text();
        return text != null && !Collections.disjoint(rule.outputNames(), text.outputs());
    }

    @Override
    public void close() {
        network.close();
        if (texts != null) {
            texts.close();
        }
    }

    private void requireRows(String output, Values values, int images) {
        boolean isLabelled = output.equals(names.labelled()) && !model.labels().isEmpty();
        if (values.shape().length == 0 || values.shape()[0] != images || values.elements().length == 0) {
            throw new IllegalStateException("%s: the output %s has the shape %s for %d images"
                    .formatted(name(), output, Arrays.toString(values.shape()), images));
        }
        int elements = values.elements().length / images;
        if (isLabelled && elements != model.labels().size()) {
            throw new IllegalStateException(
                    "%s: the output %s has %d elements for each image, not one for each of %d labels"
                            .formatted(name(), output, elements, model.labels().size()));
        }
    }

    /** The outputs of one image. */
    private final class Row implements ScoreRule.Values {
        private final Map<String, Values> outputs;
        private final int image;
        private final int images;
        private final double[] probabilities;

        Row(Map<String, Values> outputs, int image, int images) {
            this.outputs = outputs;
            this.image = image;
            this.images = images;
            this.probabilities = probabilities();
        }

        @Override
        public double probability(int label) {
            return probabilities[label];
        }

        @Override
        public double output(String name, int index) {
            float[] row = row(name);
            if (index >= row.length) {
                throw new IllegalStateException("%s: the output %s has %d elements for each image, none at %d"
                        .formatted(name(), name, row.length, index));
            }
            return row[index];
        }

        @Override
        public float[] vector(String name) {
            return row(name);
        }

        private float[] row(String name) {
            float[] all = Objects.requireNonNull(outputs.get(name)).elements();
            int size = all.length / images;
            return Arrays.copyOfRange(all, image * size, (image + 1) * size);
        }

        private double[] probabilities() {
            if (model.rules().values().stream().noneMatch(ScoreRule::readsProbabilities)) {
                return new double[0];
            }
            float[] row = row(names.labelled());
            double[] values = new double[row.length];
            for (int i = 0; i < row.length; i++) {
                values[i] = row[i];
            }
            return activated(model.settings().output().activation(), values);
        }
    }

    private double[] probable(double[] values) {
        for (double value : values) {
            if (value < -ROUNDING || value > 1 + ROUNDING) { // NaN is a fault of the image
                throw new IllegalStateException(
                        "%s: %s in the output %s is not a probability: is output.activation %s right?"
                                .formatted(
                                        name(),
                                        value,
                                        names.labelled(),
                                        KebabCase.of(model.settings().output().activation())));
            }
        }
        return values;
    }

    private double[] activated(Activation activation, double[] values) {
        return switch (activation) {
            case NONE -> probable(values);
            case SIGMOID ->
                Arrays.stream(values).map(x -> 1 / (1 + Math.exp(-x))).toArray();
            case SOFTMAX -> {
                double most = Arrays.stream(values).max().orElse(0);
                double[] powers =
                        Arrays.stream(values).map(x -> Math.exp(x - most)).toArray();
                double sum = Arrays.stream(powers).sum();
                yield Arrays.stream(powers).map(power -> power / sum).toArray();
            }
        };
    }
}
