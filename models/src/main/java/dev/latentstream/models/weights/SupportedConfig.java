package dev.latentstream.models.weights;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The supported keys and values of a network's config. {@link #check} refuses any other by its name and value; a missing key
 * has the original's default.
 *
 * @param owner the original class, for messages
 * @param fixed keys of which only some values are supported, as JSON
 * @param read keys that are read
 * @param withoutEffect keys that do not change what is computed in 32 bits
 */
public record SupportedConfig(
        String owner, Map<String, List<String>> fixed, Set<String> read, Set<String> withoutEffect) {
    public SupportedConfig {
        fixed = Map.copyOf(fixed);
        read = Set.copyOf(read);
        withoutEffect = Set.copyOf(withoutEffect);
    }

    /** Checks every key of a file; keys that start with an underscore are remarks. */
    public void check(ModelConfig file) throws IOException {
        for (String key : file.keys()) {
            boolean known = fixed.containsKey(key) || read.contains(key) || withoutEffect.contains(key);
            if (!known && !key.startsWith("_")) {
                throw file.fault(key, owner + " has no such setting");
            }
        }
        checkValues(file, fixed);
    }

    /**
     * Checks some keys and ignores the rest: transformers' configs carry dozens of keys that do not concern the layers.
     *
     * @param fixed supported values of each key, as JSON
     */
    public static void checkValues(ModelConfig file, Map<String, List<String>> fixed) throws IOException {
        for (String key : file.keys()) {
            List<String> supported = fixed.get(key);
            if (supported != null) {
                file.checkOneOf(key, supported);
            }
        }
    }
}
