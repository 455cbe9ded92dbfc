package dev.latentstream.models.weights;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every setting of a network's original class: what the network cannot compute is refused by its name and value, and so is a
 * setting that the class does not have.
 *
 * @param owner whose settings they are, for messages
 * @param fixed settings with the values that are supported, as JSON
 * @param read settings that are read
 * @param withoutEffect settings that change nothing in 32 bits, or nothing at all
 */
public record SupportedConfig(
        String owner, Map<String, List<String>> fixed, Set<String> read, Set<String> withoutEffect) {
    public SupportedConfig {
        fixed = Map.copyOf(fixed);
        read = Set.copyOf(read);
        withoutEffect = Set.copyOf(withoutEffect);
    }

    public void check(ModelConfig file) throws IOException {
        for (String key : file.keys()) {
            List<String> supported = fixed.get(key);
            if (supported != null) {
                file.checkOneOf(key, supported);
            } else if (!read.contains(key) && !withoutEffect.contains(key) && !key.startsWith("_")) {
                throw file.fault(key, owner + " has no such setting");
            }
        }
    }
}
