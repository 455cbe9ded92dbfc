package dev.latentstream.ingest.scoring;

import ai.djl.Device;
import dev.latentstream.ingest.scoring.ModelFile.Activation;
import dev.latentstream.models.onnx.ImageInput;
import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.Tensor;
import dev.latentstream.models.onnx.OnnxNetwork.Values;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.KebabCase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The scores of an ONNX network, by the rules of its {@code model.yaml}. */
final class OnnxScorer implements ImageScorer {
    /** Probabilities are this far outside 0 to 1 at most. */
    private static final double ROUNDING = 1e-3;

    private final ModelFolder model;
    private final String id;
    private final OnnxNetwork network;
    private final ImageInput input;
    private final String labelled;
    private final Set<String> wanted;
    private final FloatBuffer buffer;

    private OnnxScorer(ModelFolder model, String id, OnnxNetwork network, String labelled, Set<String> wanted) {
        this.model = model;
        this.id = id;
        this.network = network;
        this.input = model.settings().input().images();
        this.labelled = labelled;
        this.wanted = wanted;
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
            NetworkCheck check = new NetworkCheck(model, network);
            check.input();
            return new OnnxScorer(model, FolderHash.of(model.folder()), network, check.labelled(), check.wanted());
        } catch (IllegalArgumentException unsuitable) {
            network.close();
            throw new SettingsException("%s: %s".formatted(model.folder(), unsuitable.getMessage()), unsuitable);
        } catch (IOException | RuntimeException unreadable) {
            network.close();
            throw unreadable;
        }
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
        Map<String, Optional<ScoreBound>> scores = new LinkedHashMap<>();
        model.rules().forEach((name, rule) -> scores.put(name, rule.bound()));
        return scores;
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
        Map<String, Values> outputs = network.run(
                buffer, input.shape(images.size()), wanted, model.settings().timeLimit());
        outputs.forEach((name, values) -> requireRows(name, values, images.size()));
        List<Map<String, Double>> scores = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Row row = new Row(outputs, i, images.size());
            Map<String, Double> values = new LinkedHashMap<>();
            model.rules().forEach((name, rule) -> values.put(name, rule.value(row)));
            scores.add(values);
        }
        return scores;
    }

    @Override
    public void close() {
        network.close();
    }

    private void requireRows(String output, Values values, int images) {
        boolean isLabelled = output.equals(labelled) && !model.labels().isEmpty();
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

        private float[] row(String name) {
            float[] all = Objects.requireNonNull(outputs.get(name)).elements();
            int size = all.length / images;
            return Arrays.copyOfRange(all, image * size, (image + 1) * size);
        }

        private double[] probabilities() {
            if (model.rules().values().stream().noneMatch(ScoreRule::readsProbabilities)) {
                return new double[0];
            }
            float[] row = row(labelled);
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
                                        labelled,
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

    /** The checks of a network against its {@code model.yaml}, before it has run. */
    private record NetworkCheck(ModelFolder model, OnnxNetwork network) {
        void input() {
            Tensor declared = network.input();
            ImageInput input = model.settings().input().images();
            long[] needed = input.shape(model.settings().maxBatch());
            if (!declared.isFloat() || declared.shape().length != needed.length) {
                throw new IllegalArgumentException("the input is %s of shape %s, not floats of shape %s"
                        .formatted(
                                declared.isFloat() ? "floats" : "no floats",
                                Arrays.toString(declared.shape()),
                                Arrays.toString(needed)));
            }
            if (!declared.allows(0, needed[0])) {
                throw new IllegalArgumentException(
                        "max-batch %d: the input takes exactly %d images".formatted(needed[0], declared.shape()[0]));
            }
            for (int dimension = 1; dimension < needed.length; dimension++) {
                if (!declared.allows(dimension, needed[dimension])) {
                    throw new IllegalArgumentException(
                            "the input has the shape %s, not %s: input.size %d or input.layout %s is wrong"
                                    .formatted(
                                            Arrays.toString(declared.shape()),
                                            Arrays.toString(needed),
                                            input.size(),
                                            input.layout().name().toLowerCase(Locale.ROOT)));
                }
            }
        }

        /** Returns the name of the labelled output. */
        String labelled() {
            String given = model.settings().output().name();
            return given == null ? network.outputs().keySet().iterator().next() : given;
        }

        /** Returns the names of the outputs that the rules read. */
        Set<String> wanted() {
            Set<String> wanted = new TreeSet<>();
            if (model.rules().values().stream().anyMatch(ScoreRule::readsProbabilities)) {
                wanted.add(labelled());
            }
            model.rules().values().forEach(rule -> rule.outputs().forEach(output -> wanted.add(output.name())));
            for (String name : wanted) {
                Tensor output = network.outputs().get(name);
                if (output == null) {
                    throw new IllegalArgumentException("the network has no output %s but %s"
                            .formatted(name, network.outputs().keySet()));
                }
                if (!output.isFloat()) {
                    throw new IllegalArgumentException("the output %s has no floats".formatted(name));
                }
            }
            return wanted;
        }
    }
}
