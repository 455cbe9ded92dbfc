package dev.latentstream.captioning;

import dev.latentstream.runtime.settings.Checks;

/**
 * The definition of a density level.
 *
 * @param name its name in caption policies
 * @param minNouns minimum number of distinct nouns that a caption should have
 * @param maxNouns maximum number of distinct nouns that a caption should have
 * @param prefix prompt of a captioning network, which its output continues; not part of the caption
 * @param instruction prompt of a chat model; {@code {min}} and {@code {max}} are replaced by the numbers of nouns
 */
public record DensityTarget(String name, int minNouns, int maxNouns, String prefix, String instruction) {
    public DensityTarget {
        Checks.nonBlank("name", name);
        Checks.nonBlank("instruction", instruction);
        Checks.between("min-nouns", minNouns, 0, 100);
        Checks.between("max-nouns", maxNouns, Math.max(1, minNouns), 100);
    }

    /** Returns the instruction with its numbers filled in. */
    String prompt() {
        return instruction.replace("{min}", Integer.toString(minNouns)).replace("{max}", Integer.toString(maxNouns));
    }
}
