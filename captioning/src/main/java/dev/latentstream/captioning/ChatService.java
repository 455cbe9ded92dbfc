package dev.latentstream.captioning;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.failsafe.function.CheckedPredicate;
import dev.latentstream.captioning.ChatReply.Kind;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.KebabCase;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends requests to a chat service with retries, within the budget. Thread-safe. */
final class ChatService {
    private static final double JITTER = 0.25;

    private final ChatSettings settings;
    private final ChatEndpoint endpoint;
    private final ChatBudget budget;
    private final Meters meters;
    private final ChatOutage outage;
    private final RetryPolicy<ChatReply> attempts;
    private final RetryPolicy<ChatReply> untilReachable;

    ChatService(ChatSettings settings, Meters meters, InstantSource clock, ChatBudget.Waiting waiting) {
        this.settings = settings;
        this.endpoint = new ChatEndpoint(settings, clock);
        this.budget = new ChatBudget(settings.limits(), clock, waiting);
        this.meters = meters;
        this.outage = new ChatOutage(address(), settings.patience().giveUpAfter());
        this.attempts = retries(this::mayPass)
                .withMaxAttempts(settings.patience().attempts())
                .withMaxDuration(settings.patience().giveUpAfter())
                .build();
        this.untilReachable =
                retries(this::isEndurableOutage).withMaxAttempts(-1).build();
    }

    URI address() {
        return endpoint.address();
    }

    ChatBudget budget() {
        return budget;
    }

    /** Sends with retries while the service is unavailable or answers nonsense; empty if the run's budget is spent. */
    Optional<ChatReply> send(byte[] body) throws InterruptedException {
        try {
            return Optional.ofNullable(
                    Failsafe.with(attempts, untilReachable).get(() -> budget.acquire() ? post(body) : null));
        } catch (FailsafeException failed) {
            if (failed.getCause() instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw failed;
        }
    }

    private ChatReply post(byte[] body) throws InterruptedException {
        ChatReply reply = endpoint.post(body);
        outage.replied(reply);
        Kind counted = reply.kind() == Kind.OUTAGE ? Kind.UNAVAILABLE : reply.kind();
        meters.count(Meter.CHAT_REQUESTS, KebabCase.of(counted));
        reply.answer().ifPresent(answer -> {
            budget.spend(answer.tokens());
            meters.add(Meter.CHAT_TOKENS, (double) answer.tokens());
        });
        if (!isTooLongToWait(reply)) {
            budget.pause(reply.retryAfter());
        }
        return reply;
    }

    private RetryPolicyBuilder<ChatReply> retries(CheckedPredicate<ChatReply> isRetried) {
        ChatSettings.Patience patience = settings.patience();
        return RetryPolicy.<ChatReply>builder()
                .handleIf(thrown -> false)
                .handleResultIf(isRetried)
                .withBackoff(patience.backOff(), patience.longestBackOff())
                .withJitter(JITTER);
    }

    /** An answer that is none may come from a proxy before a service that restarts. */
    private boolean mayPass(@Nullable ChatReply reply) {
        return reply != null
                && (reply.kind() == Kind.UNAVAILABLE || reply.kind() == Kind.UNREADABLE)
                && !isTooLongToWait(reply);
    }

    private boolean isEndurableOutage(@Nullable ChatReply reply) {
        return reply != null && reply.kind() == Kind.OUTAGE && !isTooLongToWait(reply) && outage.isEndurable();
    }

    /** Returns whether the service asks for a longer pause than the settings allow. */
    boolean isTooLongToWait(@Nullable ChatReply reply) {
        return reply != null && reply.retryAfter().compareTo(settings.patience().giveUpAfter()) > 0;
    }

    InfrastructureException denied(String detail) {
        return new InfrastructureException(
                "%s denies the request (check base-url, model and api-key): %s".formatted(address(), detail));
    }
}
