package dev.latentstream.models.pretrain;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.Ema;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state from which a pretraining run is resumed: weights, their moving average, the optimiser's moments and the step. */
final class PretrainingState implements AutoCloseable {
    private static final String STEP = "step";
    private static final String RUN = "run";

    private final String run;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();
    private final AdamW optimiser;
    private final Ema ema;
    private long step;

    /**
     * Starts from the network's current weights.
     *
     * @param run description of the network and its schedule; a saved state of another description is refused
     */
    PretrainingState(Layer network, double emaDecay, String run) {
        this.run = run;
        optimiser = new AdamW(network, AdamW.Config.standard());
        ema = new Ema(network, emaDecay);
        network.weights().forEach((name, weight) -> tensors.put("model." + name, weight.value()));
        ema.averages().forEach((name, average) -> tensors.put("ema." + name, average));
        optimiser.moments().forEach((name, moment) -> tensors.put("optimizer." + name, moment));
    }

    /** Steps done. */
    long step() {
        return step;
    }

    AdamW optimiser() {
        return optimiser;
    }

    /** Updates the weights by the accumulated gradients, and the average by the weights. */
    void update(double rate) {
        optimiser.step(rate);
        ema.update(step);
        step++;
    }

    /** Gives another network of the same layers the averaged weights, shared with this state. */
    void lendAverage(Layer network) {
        ema.lendTo(network);
    }

    void save(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        SafetensorsWriter.write(path, tensors, Map.of(STEP, Long.toString(step), RUN, run), Precision.F32);
    }

    /** Resumes from a saved state, if there is one. */
    void resume(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Safetensors file = Safetensors.open(path)) {
            if (!run.equals(file.metadata().get(RUN))) {
                throw new IOException("%s is of the run %s; this one is %s. Use another work folder, or delete it."
                        .formatted(path, file.metadata().get(RUN), run));
            }
            Weights.restore(tensors, file);
            step = Long.parseLong(file.metadata().getOrDefault(STEP, "0"));
        }
    }

    @Override
    public void close() {
        optimiser.close();
        ema.close();
    }
}
