package dev.latentstream.captioning;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.ChatReply.Kind;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.KebabCase;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to a chat service with retries, within the budget, and probes whether the service itself is at fault.
 *
 * <p>The probe is a blank image. Thread-safe, except {@link #probeOnce}.
 */
final class ChatService {
    /** After this many refusals in a row the service is probed. */
    private static final int REFUSALS_BEFORE_PROBE = 16;

    private static final double JITTER = 0.25;
    private static final String PROBE = "Describe this image in one sentence.";

    private final ChatSettings settings;
    private final ChatEndpoint endpoint;
    private final ChatBudget budget;
    private final Meters meters;
    private final RetryPolicy<ChatReply> retries;
    private final AtomicInteger refusalsInARow = new AtomicInteger();
    private final byte[] blank;
    private boolean probed;

    ChatService(ChatSettings settings, Meters meters, InstantSource clock, ChatBudget.Waiting waiting) {
        this.settings = settings;
        this.endpoint = new ChatEndpoint(settings, clock);
        this.budget = new ChatBudget(settings.limits(), clock, waiting);
        this.meters = meters;
        this.retries = retries(settings.patience());
        this.blank = ChatProtocol.request(settings.model(), settings.sampling(), PROBE, DataUrl.blank(), 0);
    }

    URI address() {
        return endpoint.address();
    }

    ChatBudget budget() {
        return budget;
    }

    /** Sends with retries while the service is unavailable; empty if the run's budget is spent. */
    Optional<ChatReply> send(byte[] body) throws InterruptedException {
        try {
            return Optional.ofNullable(Failsafe.with(retries).get(() -> budget.acquire() ? post(body) : null));
        } catch (FailsafeException failed) {
            if (failed.getCause() instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw failed;
        }
    }

    private ChatReply post(byte[] body) throws InterruptedException {
        ChatReply reply = endpoint.post(body);
        meters.count(Meter.CHAT_REQUESTS, KebabCase.of(reply.kind()));
        if (reply.kind() == Kind.ANSWER) {
            long tokens = ChatProtocol.answer(reply.body()).tokens();
            budget.spend(tokens);
            meters.add(Meter.CHAT_TOKENS, (double) tokens);
        }
        if (!isTooLongToWait(reply)) {
            budget.pause(reply.retryAfter());
        }
        return reply;
    }

    private RetryPolicy<ChatReply> retries(ChatSettings.Patience patience) {
        return RetryPolicy.<ChatReply>builder()
                .handleIf(thrown -> false)
                .handleResultIf(reply -> reply != null && reply.kind() == Kind.UNAVAILABLE)
                .abortIf(this::isTooLongToWait)
                .withMaxAttempts(patience.attempts())
                .withBackoff(patience.backOff(), patience.longestBackOff())
                .withJitter(JITTER)
                .withMaxDuration(patience.giveUpAfter())
                .build();
    }

    /** Returns whether the service asks for a longer pause than the settings allow. */
    boolean isTooLongToWait(@Nullable ChatReply reply) {
        return reply != null && reply.retryAfter().compareTo(settings.patience().giveUpAfter()) > 0;
    }

    /** Probes before the first request. */
    void probeOnce() throws InterruptedException {
        if (!probed) {
            probe("it is the first request");
            probed = true;
        }
    }

    /** @throws InfrastructureException if the service cannot describe a blank image either */
    void probe(String occasion) throws InterruptedException {
        Optional<ChatReply> reply = send(blank);
        if (reply.isEmpty()) {
            return; // the budget is spent, which the next request will find
        }
        if (reply.get().kind() == Kind.DENIED) {
            throw denied(reply.get().detail());
        }
        boolean answered = reply.get().kind() == Kind.ANSWER;
        Optional<Refused> bad =
                answered ? ChatProtocol.answer(reply.get().body()).refused() : Optional.empty();
        if (!answered
                || bad.filter(refused -> refused.reason() == CaptionRejection.BAD_ANSWER)
                        .isPresent()) {
            throw new InfrastructureException("%s cannot describe a blank image: %s (probed because: %s)"
                    .formatted(
                            address(),
                            bad.map(Refused::value).orElse(reply.get().detail()),
                            occasion));
        }
    }

    /** Called for each described image. */
    void described() {
        refusalsInARow.set(0);
    }

    /** Called for each refused image; probes after several in a row. */
    void refused(Refused refused) throws InterruptedException {
        if (refusalsInARow.incrementAndGet() % REFUSALS_BEFORE_PROBE == 0) {
            probe("%d refusals in a row, the last: %s".formatted(refusalsInARow.get(), refused.value()));
        }
    }

    InfrastructureException denied(String detail) {
        return new InfrastructureException(
                "%s denies the request (check base-url, model and api-key): %s".formatted(address(), detail));
    }
}
