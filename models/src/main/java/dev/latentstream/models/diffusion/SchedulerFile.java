package dev.latentstream.models.diffusion;

import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a {@code scheduler_config.json} of diffusers says of the objective that a network was trained for. */
final class SchedulerFile {
    static final String FOLDER = "scheduler";
    static final String NAME = "scheduler_config.json";

    private static final String CLASS = "_class_name";
    private static final String FLOW = "FlowMatch"; // how the classes of flow matching begin

    private SchedulerFile() {}

    /** In what a file's objective is another one, for a person. What a file does not say is what diffusers takes then. */
    static List<String> differences(Path file, DiffusionObjective objective) throws IOException {
        ModelConfig written = ModelConfig.read(file);
        Map<String, Object> wanted = objective.schedulerConfig();
        List<String> differences = new ArrayList<>();
        String writtenClass = written.text(CLASS, "none");
        if (writtenClass.startsWith(FLOW) != objective.schedule().isFlow()) {
            return List.of("%s is %s, not %s".formatted(CLASS, writtenClass, wanted.get(CLASS)));
        }
        add(differences, "prediction_type", written.text("prediction_type", "epsilon"), wanted, "epsilon");
        add(differences, "beta_schedule", written.text("beta_schedule", "linear"), wanted, "linear");
        add(differences, "beta_start", written.number("beta_start", 0.0001), wanted, 0.0001);
        add(differences, "beta_end", written.number("beta_end", 0.02), wanted, 0.02);
        boolean zeroTerminal = written.flag("rescale_betas_zero_snr", false);
        add(differences, "rescale_betas_zero_snr", zeroTerminal, wanted, false);
        add(differences, "num_train_timesteps", written.integer("num_train_timesteps", 1000), wanted, 1000);
        add(differences, "shift", written.number("shift", 1), wanted, 1.0);
        return differences;
    }

    private static void add(
            List<String> differences, String key, Object written, Map<String, Object> wanted, Object otherwise) {
        Object asked = wanted.getOrDefault(key, otherwise);
        if (!asked.equals(written)) {
            differences.add("%s is %s, not %s".formatted(key, written, asked));
        }
    }
}
