package dev.latentstream.captioning;

import dev.latentstream.runtime.settings.Checks;

/**
 * What a density level asks of a captioner.
 *
 * @param name as caption policies name it
 * @param minNouns fewest distinct nouns that a caption should have
 * @param maxNouns most distinct nouns that a caption should have
 * @param prefix what a captioning network begins its caption with; not part of the caption
 * @param instruction what a chat model is asked; {@code {min}} and {@code {max}} stand for the nouns
 */
public record DensityTarget(String name, int minNouns, int maxNouns, String prefix, String instruction) {
    public DensityTarget {
        Checks.nonBlank("name", name);
        Checks.nonBlank("instruction", instruction);
        Checks.between("min-nouns", minNouns, 0, 100);
        Checks.between("max-nouns", maxNouns, Math.max(1, minNouns), 100);
    }

    /** The instruction with its numbers. */
    String asked() {
        return instruction.replace("{min}", Integer.toString(minNouns)).replace("{max}", Integer.toString(maxNouns));
    }
}
