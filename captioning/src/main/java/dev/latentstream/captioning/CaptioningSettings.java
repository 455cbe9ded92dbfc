package dev.latentstream.captioning;

import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the captioning stage. The number and density of captions are set at run time by the caption policy.
 *
 * @param captioner the kind of captioner
 * @param network settings of the captioning network
 * @param chat settings of the chat service
 * @param levels definitions of the density levels that policies name
 * @param maxCharacters longer captions and alt texts are refused
 * @param maxSameText a caption is refused when more images in a row than this have the same text
 * @param batch settings of the batches
 */
public record CaptioningSettings(
        Who captioner,
        Network network,
        ChatSettings chat,
        List<DensityTarget> levels,
        int maxCharacters,
        int maxSameText,
        BatchSettings batch) {
    private static final String INSTRUCTION = "%s Name {min} to {max} different things that you can see%s. "
            + "Write plain English prose that starts with the main subject. Answer with the caption only.";

    /** The kind of captioner. */
    public enum Who {
        /** A network in this process. */
        NETWORK,
        /** A service that speaks the OpenAI chat protocol. */
        CHAT
    }

    /**
     * The network, and its sampling for further captions of the same level.
     *
     * @param folder a transformers folder of a BLIP or BLIP-2 captioner; null for the shipped one
     * @param topP probability mass for nucleus sampling
     * @param temperature sampling temperature
     * @param maxTokens maximum tokens of a caption; an unfinished one is refused
     */
    public record Network(@Nullable Path folder, double topP, double temperature, int maxTokens) {
        /** The defaults. */
        public Network() {
            this(null, 0.9, 1.0, 100);
        }

        public Network {
            Checks.between("top-p", topP, 0.01, 1);
            Checks.between("temperature", temperature, 0.01, 10);
            Checks.between("max-tokens", maxTokens, 1, 10_000);
        }
    }

    /** The defaults: the shipped network. */
    public CaptioningSettings() {
        this(
                Who.NETWORK,
                new Network(),
                new ChatSettings(),
                List.of(
                        level(
                                "short",
                                "a short caption:",
                                1,
                                3,
                                "Write a caption of one short phrase for this image.",
                                ""),
                        level(
                                "medium",
                                "a caption:",
                                3,
                                6,
                                "Write a caption of one sentence for this image.",
                                ", with their colours"),
                        level(
                                "dense",
                                "a detailed caption:",
                                6,
                                14,
                                "Write a detailed caption of two or three sentences for this image.",
                                ", with their colours, materials and positions, and the background")),
                1000,
                64,
                new BatchSettings(32, Duration.ofMillis(500), 50, Duration.ofSeconds(30)));
    }

    public CaptioningSettings {
        levels = List.copyOf(levels);
        Checks.atLeast("levels: number of them", levels.size(), 1);
        long names = levels.stream().map(DensityTarget::name).distinct().count();
        if (names < levels.size()) {
            throw new IllegalArgumentException("levels: %d levels have %d names".formatted(levels.size(), names));
        }
        Checks.between("max-characters", maxCharacters, 10, 100_000);
        Checks.atLeast("max-same-text", maxSameText, 1);
        if (captioner == Who.CHAT) {
            Checks.nonBlank("chat.model", chat.model());
        }
    }

    private static DensityTarget level(
            String name, String prefix, int minNouns, int maxNouns, String task, String detail) {
        return new DensityTarget(name, minNouns, maxNouns, prefix, INSTRUCTION.formatted(task, detail));
    }
}
