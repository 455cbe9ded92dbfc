package dev.latentstream.captioning;

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
        if (name.isBlank() || instruction.isBlank()) {
            throw new IllegalArgumentException("level \"%s\" lacks a name or an instruction".formatted(name));
        }
        if (minNouns < 0 || maxNouns < Math.max(1, minNouns)) {
            throw new IllegalArgumentException(
                    "level %s: max-nouns %d is below min-nouns %d".formatted(name, maxNouns, minNouns));
        }
    }

    /** The instruction with its numbers. */
    String asked() {
        return instruction.replace("{min}", Integer.toString(minNouns)).replace("{max}", Integer.toString(maxNouns));
    }
}
