package dev.latentstream.ingest.fetch;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import okhttp3.HttpUrl;

/** Sends requests when their host may have one, and again where a failure may pass. */
final class HostClient {
    private static final double JITTER = 0.1;
    private static final Duration AS_BACK_OFF = Duration.ofNanos(-1);

    private final FetchQueue queue;
    private final Exchange exchange;
    private final FailsafeExecutor<Answer> retries;

    /** @param timers runs short tasks at their times */
    HostClient(FetchQueue queue, Exchange exchange, RetrySettings settings, ScheduledExecutorService timers) {
        this.queue = queue;
        this.exchange = exchange;
        RetryPolicy<Answer> policy = RetryPolicy.<Answer>builder()
                .handleResultIf(answer -> mayPass(answer, settings.longestWait()))
                .abortIf((answer, defect) -> defect != null)
                .withMaxAttempts(settings.attempts())
                .withBackoff(settings.backOff(), settings.longestWait())
                .withJitter(JITTER)
                .withDelayFn(context -> asked(context.getLastResult()))
                .build();
        this.retries = Failsafe.with(policy).with(timers);
    }

    /**
     * Sends a request.
     *
     * @param url a checked one
     * @param delay least time from its start to the next start of a request to this host
     */
    CompletableFuture<Answer> send(FetchRequest request, HttpUrl url, Duration delay) {
        return retries.getStageAsync(() -> queue.submit(url.host(), delay, () -> {
            Answer answer = exchange.send(request, url);
            if (answer instanceof Answer.Transient failure) {
                failure.after().ifPresent(time -> queue.pause(url.host(), time));
            }
            return answer;
        }));
    }

    private static boolean mayPass(Answer answer, Duration longestWait) {
        return answer instanceof Answer.Transient failure
                && failure.after().orElse(Duration.ZERO).compareTo(longestWait) <= 0;
    }

    private static Duration asked(Answer answer) {
        return answer instanceof Answer.Transient failure ? failure.after().orElse(AS_BACK_OFF) : AS_BACK_OFF;
    }
}
