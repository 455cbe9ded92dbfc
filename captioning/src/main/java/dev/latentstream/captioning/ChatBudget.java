package dev.latentstream.captioning;

import dev.latentstream.captioning.ChatSettings.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Limits requests by the budgets per minute and per run, and pauses them as the service's {@code Retry-After} requires.
 * Thread-safe; one instance is shared by all threads.
 */
final class ChatBudget {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Sleeps, or advances a test's clock. */
    @FunctionalInterface
    interface Waiting {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** An amount spent at a time. */
    private record Spent(Instant time, long amount) {}

    private final Limits limits;
    private final InstantSource clock;
    private final Waiting waiting;
    private final Deque<Spent> requestsOfMinute = new ArrayDeque<>();
    private final Deque<Spent> tokensOfMinute = new ArrayDeque<>();
    private Instant pausedUntil = Instant.MIN;
    private long requests;
    private long tokens;

    ChatBudget(Limits limits, InstantSource clock, Waiting waiting) {
        this.limits = limits;
        this.clock = clock;
        this.waiting = waiting;
    }

    /** Waits until a request may be sent and takes it from the budget; returns false if the run's budget is spent. */
    boolean acquire() throws InterruptedException {
        while (true) {
            Duration wait;
            synchronized (this) {
                if (isSpent()) {
                    return false;
                }
                Instant now = clock.instant();
                wait = longer(Duration.between(now, pausedUntil.isAfter(now) ? pausedUntil : now), minute(now));
                if (wait.isZero()) {
                    requests++;
                    requestsOfMinute.add(new Spent(now, 1));
                    return true;
                }
            }
            waiting.sleep(wait);
        }
    }

    /** Counts the tokens of a request. */
    synchronized void spend(long used) {
        tokens += used;
        tokensOfMinute.add(new Spent(clock.instant(), used));
    }

    /** Pauses all requests. */
    synchronized void pause(Duration duration) {
        Instant until = clock.instant().plus(duration);
        pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
    }

    synchronized long requests() {
        return requests;
    }

    synchronized long tokens() {
        return tokens;
    }

    private boolean isSpent() {
        return (limits.requests() > 0 && requests >= limits.requests())
                || (limits.tokens() > 0 && tokens >= limits.tokens());
    }

    /** Returns the time until both limits per minute allow a request. */
    private Duration minute(Instant now) {
        return longer(
                untilRoom(requestsOfMinute, limits.requestsPerMinute(), now),
                untilRoom(tokensOfMinute, limits.tokensPerMinute(), now));
    }

    private static Duration untilRoom(Deque<Spent> spent, long limit, Instant now) {
        while (!spent.isEmpty() && !spent.peekFirst().time().plus(MINUTE).isAfter(now)) {
            spent.removeFirst();
        }
        if (limit == 0) {
            return Duration.ZERO;
        }
        long sum = spent.stream().mapToLong(Spent::amount).sum();
        Duration wait = Duration.ZERO;
        for (Spent oldest : spent) {
            if (sum < limit) {
                break;
            }
            sum -= oldest.amount();
            wait = Duration.between(now, oldest.time().plus(MINUTE));
        }
        return wait;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
