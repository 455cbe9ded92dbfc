package dev.latentstream.models.diffusion;

import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The objective that a network was trained for, as diffusers' {@code scheduler_config.json} describes it. */
final class SchedulerFile {
    static final String FOLDER = "scheduler";
    static final String NAME = "scheduler_config.json";

    private static final String CLASS = "_class_name";
    private static final String FLOW = "FlowMatch"; // prefix of the classes of flow matching

    private SchedulerFile() {}

    /** Describes how a file's objective differs from another. Settings that the file lacks have diffusers' defaults. */
    static List<String> differences(Path file, DiffusionObjective objective) throws IOException {
        ModelConfig written = ModelConfig.read(file);
        Map<String, Object> expected = objective.schedulerConfig();
        List<String> differences = new ArrayList<>();
        String writtenClass = written.text(CLASS, "none");
        if (writtenClass.startsWith(FLOW) != objective.schedule().isFlow()) {
            return List.of("%s is %s, not %s".formatted(CLASS, writtenClass, expected.get(CLASS)));
        }
        add(differences, "prediction_type", written.text("prediction_type", "epsilon"), expected, "epsilon");
        add(differences, "beta_schedule", written.text("beta_schedule", "linear"), expected, "linear");
        add(differences, "beta_start", written.number("beta_start", 0.0001), expected, 0.0001);
        add(differences, "beta_end", written.number("beta_end", 0.02), expected, 0.02);
        boolean zeroTerminal = written.flag("rescale_betas_zero_snr", false);
        add(differences, "rescale_betas_zero_snr", zeroTerminal, expected, false);
        add(differences, "num_train_timesteps", written.integer("num_train_timesteps", 1000), expected, 1000);
        add(differences, "shift", written.number("shift", 1), expected, 1.0);
        return differences;
    }

    private static void add(
            List<String> differences, String key, Object written, Map<String, Object> expected, Object defaultValue) {
        Object value = expected.getOrDefault(key, defaultValue);
        if (!value.equals(written)) {
            differences.add("%s is %s, not %s".formatted(key, written, value));
        }
    }
}
