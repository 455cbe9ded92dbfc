package dev.latentstream.captioning;

import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.runtime.InfrastructureException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides whether a missing caption is the fault of the image or of the service and its settings.
 *
 * <p>The same instruction with a drawn reference image is the controlled experiment: where the service describes that, the image at
 * hand is at fault; where it does not, no image is, and the stage must stop before it refuses any for good. Each instruction is
 * tried before its first image, and again after a refusal that no description followed. Thread-safe.
 */
final class ServiceProof {
    /** Sampling may fail by chance; refusals by the service do not. */
    private static final int ATTEMPTS = 3;

    /** A request for the caption of the reference image. */
    @FunctionalInterface
    interface Reference {
        /** Returns the outcome; empty if the run's budget is spent. */
        Optional<Captioned> caption(DensityTarget level, long seed) throws InterruptedException;
    }

    private final URI address;
    private final ChatSettings settings;
    private final Reference reference;
    private final Set<DensityTarget> described = ConcurrentHashMap.newKeySet();
    private final Set<DensityTarget> doubted = ConcurrentHashMap.newKeySet();

    ServiceProof(URI address, ChatSettings settings, Reference reference) {
        this.address = address;
        this.settings = settings;
        this.reference = reference;
    }

    /** Called before the images of a batch. */
    void requireEach(Set<DensityTarget> levels) throws InterruptedException {
        for (DensityTarget level : levels) {
            if (!described.contains(level)) {
                require(level, "it is the first request of this level");
            }
        }
    }

    /** Called for each described image. */
    void described(DensityTarget level) {
        described.add(level);
        doubted.remove(level);
    }

    /** Called for each image without a caption. */
    void refused(DensityTarget level) {
        doubted.add(level);
    }

    /** Called after the images of a batch, before their refusals count. */
    void settle() throws InterruptedException {
        for (DensityTarget level : Set.copyOf(doubted)) {
            require(level, "an image has no caption");
        }
    }

    /** @throws InfrastructureException if the service does not describe the reference image either */
    void require(DensityTarget level, String occasion) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Captioned> outcome = reference.caption(level, attempt);
            if (outcome.isEmpty()) {
                return; // the budget is spent, which the next request will find
            }
            if (!(outcome.get() instanceof Refused refused)) {
                described(level);
                return;
            }
            if (attempt + 1 == ATTEMPTS || !mayBeChance(refused)) {
                throw new InfrastructureException(
                        "%s does not describe a reference image at level %s: %s (%s, %s %s); %s (tried because: %s)"
                                .formatted(
                                        address,
                                        level.name(),
                                        refused.reason().name().toLowerCase(Locale.ROOT),
                                        refused.value(),
                                        refused.reason() == CaptionRejection.NO_ANSWER ? "in" : "not",
                                        refused.bound(),
                                        advice(refused),
                                        occasion));
            }
        }
    }

    private static boolean mayBeChance(Refused refused) {
        return switch (refused.reason()) {
            case HTTP_STATUS, NO_ANSWER, UNREADABLE_IMAGE, BUDGET -> false;
            case EMPTY, TOO_LONG, UNFINISHED, REPEATING, NOT_TEXT, PROMPT_ECHO, EVASIVE, SAME_FOR_ALL, BAD_ANSWER ->
                true;
        };
    }

    private String advice(Refused refused) {
        return switch (refused.reason()) {
            case EMPTY ->
                "if the model thinks before it answers, switch its thinking off (for vLLM, captioning.chat.sampling.extra: "
                        + "'{\"chat_template_kwargs\": {\"enable_thinking\": false}}'), or raise captioning.chat.sampling.max-tokens";
            case UNFINISHED ->
                "raise captioning.chat.sampling.max-tokens, now %d, or switch the model's thinking off"
                        .formatted(settings.sampling().maxTokens());
            case TOO_LONG -> "raise captioning.max-characters or captioning.chat.max-answer-bytes, or ask for less";
            case HTTP_STATUS, NO_ANSWER ->
                ChatErrors.advice(refused.value()).orElse("see the log of the service, and captioning.chat");
            case EVASIVE, PROMPT_ECHO, REPEATING, NOT_TEXT, SAME_FOR_ALL ->
                "captioning.chat.model must take images and follow the instruction of the level";
            case BAD_ANSWER, UNREADABLE_IMAGE, BUDGET ->
                "captioning.chat.base-url must be a service with the OpenAI chat protocol";
        };
    }
}
