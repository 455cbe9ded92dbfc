package dev.latentstream.ingest.scoring;

import dev.latentstream.models.onnx.ImageInput;
import dev.latentstream.models.onnx.OnnxNetwork;
import dev.latentstream.models.onnx.OnnxNetwork.ElementType;
import dev.latentstream.models.onnx.OnnxNetwork.Tensor;
import dev.latentstream.runtime.Names;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a network against its {@code model.yaml}, before it has run.
 *
 * <p>Its methods throw an {@link IllegalArgumentException} with what does not fit.
 */
record NetworkCheck(ModelFile settings, Collection<ScoreRule> rules, OnnxNetwork network) {
    /** Returns the name of the input of images. */
    String images() {
        List<String> inputs = network.inputs().keySet().stream()
                .filter(name -> !isOfTexts(name))
                .toList();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("the network has %d inputs (%s), not 1%s"
                    .formatted(
                            inputs.size(),
                            Names.listed(inputs),
                            settings.text() == null ? "" : " beside those of texts"));
        }
        requireImages(Objects.requireNonNull(network.inputs().get(inputs.get(0))));
        ModelFile.@Nullable Text text = settings.text();
        if (text != null) {
            requireTokens("text.ids", text.ids(), text.length());
            if (hasMask()) {
                requireTokens("text.mask", text.mask(), text.length());
            }
        }
        return inputs.get(0);
    }

    /** Whether the network has an input for the mask of texts. */
    boolean hasMask() {
        ModelFile.@Nullable Text text = settings.text();
        return text != null && network.inputs().containsKey(text.mask());
    }

    private boolean isOfTexts(String name) {
        ModelFile.@Nullable Text text = settings.text();
        return text != null && (name.equals(text.ids()) || name.equals(text.mask()));
    }

    private void requireTokens(String key, String name, int length) {
        @Nullable Tensor declared = network.inputs().get(name);
        if (declared == null) {
            throw new IllegalArgumentException("%s: the network has no input %s but %s"
                    .formatted(key, name, Names.listed(network.inputs().keySet())));
        }
        boolean fits = declared.type() == ElementType.INT64
                && declared.shape().length == 2
                && declared.allows(0, settings.maxBatch())
                && declared.allows(1, length);
        if (!fits) {
            throw new IllegalArgumentException("%s: the input %s is %s of shape %s, not INT64 of shape [%d, %d]"
                    .formatted(
                            key,
                            name,
                            declared.type(),
                            Arrays.toString(declared.shape()),
                            settings.maxBatch(),
                            length));
        }
    }

    private void requireImages(Tensor declared) {
        ImageInput input = settings.input().images();
        long[] needed = input.shape(settings.maxBatch());
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
        @Nullable String given = settings.output().name();
        return given == null ? network.outputs().keySet().iterator().next() : given;
    }

    /** Returns the names of the outputs that the rules read. */
    Set<String> wanted() {
        Set<String> wanted = new TreeSet<>();
        if (rules.stream().anyMatch(ScoreRule::readsProbabilities)) {
            wanted.add(labelled());
        }
        rules.forEach(rule -> wanted.addAll(rule.outputNames()));
        for (String name : wanted) {
            @Nullable Tensor output = network.outputs().get(name);
            if (output == null) {
                throw new IllegalArgumentException("the network has no output %s but %s"
                        .formatted(name, Names.listed(network.outputs().keySet())));
            }
            if (!output.isFloat()) {
                throw new IllegalArgumentException("the output %s has no floats".formatted(name));
            }
        }
        return wanted;
    }
}
