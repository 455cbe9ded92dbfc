package dev.latentstream.models.diffusion;

import dev.latentstream.models.weights.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The objective that a network was trained for, as diffusers' {@code scheduler_config.json} describes it. */
final class SchedulerFile {
    static final String FOLDER = "scheduler";
    static final String NAME = "scheduler_config.json";

    private static final String CLASS = "_class_name";
    private static final String FLOW = "FlowMatch"; // prefix of the classes of flow matching

    private static final String COSINE = "squaredcos_cap_v2";

    /** Settings of diffusers' schedulers that only concern sampling. */
    private static final Set<String> SAMPLING = Set.of(
            "algorithm_type",
            "base_image_seq_len",
            "base_shift",
            "clip_sample",
            "clip_sample_range",
            "disable_corrector",
            "dynamic_thresholding_ratio",
            "euler_at_final",
            "final_sigmas_type",
            "interpolation_type",
            "lambda_min_clipped",
            "lower_order_final",
            "max_image_seq_len",
            "max_shift",
            "original_inference_steps",
            "predict_x0",
            "sample_max_value",
            "set_alpha_to_one",
            "sigma_max",
            "sigma_min",
            "skip_prk_steps",
            "solver_order",
            "solver_p",
            "solver_type",
            "steps_offset",
            "stochastic_sampling",
            "thresholding",
            "time_shift_type",
            "timestep_scaling",
            "timestep_spacing",
            "timestep_type",
            "use_beta_sigmas",
            "use_exponential_sigmas",
            "use_karras_sigmas",
            "use_lu_lambdas",
            "variance_type");

    private static final Set<String> READ = Set.of(
            "beta_end",
            "beta_schedule",
            "beta_start",
            "flow_shift",
            "num_train_timesteps",
            "prediction_type",
            "rescale_betas_zero_snr",
            "shift",
            "use_flow_sigmas");

    /** Settings that change the schedule, with the values that leave it as it is. */
    private static final Map<String, String> NEUTRAL = Map.of(
            "trained_betas",
            "null",
            "use_dynamic_shifting",
            "false",
            "invert_sigmas",
            "false",
            "shift_terminal",
            "null");

    private SchedulerFile() {}

    /**
     * Describes how a file's objective differs from another. Settings that the file lacks have diffusers' defaults; unknown ones may
     * belong to the objective and count as differences.
     */
    static List<String> differences(Path file, DiffusionObjective objective) throws IOException {
        ModelConfig written = ModelConfig.read(file);
        Map<String, Object> expected = objective.schedulerConfig();
        List<String> differences = new ArrayList<>();
        String writtenClass = written.text(CLASS, "none");
        boolean flowSigmas = written.flag("use_flow_sigmas", false); // of the samplers of both kinds of schedules
        boolean flow = flowSigmas || writtenClass.startsWith(FLOW);
        if (flow != objective.schedule().isFlow()) {
            return List.of("%s is %s%s, not %s"
                    .formatted(CLASS, writtenClass, flowSigmas ? " of flow matching" : "", expected.get(CLASS)));
        }
        if (flow) {
            add(differences, "shift", written.number(flowSigmas ? "flow_shift" : "shift", 1), expected, 1.0);
        } else {
            add(differences, "prediction_type", written.text("prediction_type", "epsilon"), expected, "epsilon");
            String betas = written.text("beta_schedule", "linear");
            add(differences, "beta_schedule", betas, expected, "linear");
            if (!betas.equals(COSINE)) { // which has no first and last beta
                add(differences, "beta_start", written.number("beta_start", 0.0001), expected, 0.0001);
                add(differences, "beta_end", written.number("beta_end", 0.02), expected, 0.02);
            }
            boolean zeroTerminal = written.flag("rescale_betas_zero_snr", false);
            add(differences, "rescale_betas_zero_snr", zeroTerminal, expected, false);
        }
        add(differences, "num_train_timesteps", written.integer("num_train_timesteps", 1000), expected, 1000);
        addOthers(differences, written);
        return differences;
    }

    private static void addOthers(List<String> differences, ModelConfig written) {
        for (String key : written.keys()) {
            String value = written.json(key);
            boolean known = READ.contains(key)
                    || SAMPLING.contains(key)
                    || key.startsWith("_")
                    || value.equals(NEUTRAL.get(key));
            if (!known) {
                differences.add("%s is %s, which this objective does not have".formatted(key, value));
            }
        }
    }

    private static void add(
            List<String> differences, String key, Object written, Map<String, Object> expected, Object defaultValue) {
        Object value = expected.getOrDefault(key, defaultValue);
        if (!value.equals(written)) {
            differences.add("%s is %s, not %s".formatted(key, written, value));
        }
    }
}
