package dev.latentstream.captioning;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.ChatReply.Kind;
import dev.latentstream.captioning.ChatSettings.WhenSpent;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Captions by a vision model that is served over the OpenAI chat protocol, as by vLLM, TGI, llama.cpp, Ollama and many services.
 *
 * <p>Each caption is a separate request with the instruction of its density level and its own seed. A request to a busy or broken
 * service is retried. A blank image decides whose fault a failure is: if the service describes the blank image, the image at hand
 * is at fault and refused; if not, the service is, and the whole batch fails. The blank image is also the first request to a
 * service, so that a wrong key or model stops the stage before an image is lost.
 */
public final class ChatCaptioner implements Captioner {
    /** After this many refusals in a row the service is tested with the blank image. */
    private static final int REFUSALS_BEFORE_PROBE = 16;

    private static final double JITTER = 0.25;
    private static final String PROBE = "Describe this image in one sentence.";

    private final ChatSettings settings;
    private final ChatEndpoint endpoint;
    private final ChatBudget budget;
    private final Meters meters;
    private final RetryPolicy<ChatReply> retries;
    private final ExecutorService threads;
    private final AtomicInteger refusalsInARow = new AtomicInteger();
    private final byte[] blank;
    private boolean probed;

    public ChatCaptioner(ChatSettings settings, Meters meters) {
        this(
                settings,
                meters,
                InstantSource.system(),
                duration -> Thread.sleep(duration.toMillis() + 1)); // rounded up, never too early
    }

    ChatCaptioner(ChatSettings settings, Meters meters, InstantSource clock, ChatBudget.Waiting waiting) {
        this.settings = settings;
        this.endpoint = new ChatEndpoint(settings, clock);
        this.budget = new ChatBudget(settings.limits(), clock, waiting);
        this.meters = meters;
        this.retries = retries(settings.patience());
        this.blank = ChatProtocol.request(settings.model(), settings.sampling(), PROBE, DataUrl.blank(), 0);
        this.threads = Executors.newFixedThreadPool(settings.concurrency(), task -> {
            Thread thread = new Thread(task, "chat-captioner");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String id() {
        return settings.model();
    }

    @Override
    public List<Captioned> caption(List<ImageToCaption> batch) {
        List<Future<Captioned>> captions = new ArrayList<>();
        try {
            probeOnce();
            for (ImageToCaption request : batch) {
                jobs(request).forEach(job -> captions.add(threads.submit(job)));
            }
            List<Captioned> outcomes = new ArrayList<>();
            int next = 0;
            for (ImageToCaption request : batch) {
                int end = next + request.levels().size();
                outcomes.add(combined(captions.subList(next, end)));
                next = end;
            }
            return outcomes;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InfrastructureException("interrupted while captioning", interrupted);
        } finally {
            captions.forEach(caption -> caption.cancel(true)); // no effect on completed ones
        }
    }

    /** Returns the requests sent since the start, including retries. */
    public long requests() {
        return budget.requests();
    }

    /** Returns the tokens used since the start, as counted by the service. */
    public long tokens() {
        return budget.tokens();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void probeOnce() throws InterruptedException {
        if (!probed) {
            mustDescribeBlank("it is the first request");
            probed = true;
        }
    }

    private List<Callable<Captioned>> jobs(ImageToCaption request) {
        Optional<String> url = DataUrl.of(request.image(), request.format());
        List<Callable<Captioned>> jobs = new ArrayList<>();
        for (DensityTarget level : request.levels()) {
            long seed = request.seed() + jobs.size();
            jobs.add(() -> url.isPresent()
                    ? ask(level, url.get(), seed)
                    : new Refused(
                            CaptionRejection.UNREADABLE_IMAGE,
                            request.image().remaining() + " bytes",
                            request.format().toString()));
        }
        return jobs;
    }

    private Captioned ask(DensityTarget level, String url, long seed) throws InterruptedException {
        String prompt = level.prompt();
        Optional<ChatReply> reply =
                send(ChatProtocol.request(settings.model(), settings.sampling(), prompt, url, seed));
        if (reply.isEmpty()) {
            return budgetSpent();
        }
        String detail = reply.get().detail();
        return switch (reply.get().kind()) {
            case ANSWER -> described(reply.get().body(), level, prompt);
            case REFUSED -> refusedByService(new Refused(CaptionRejection.HTTP_STATUS, detail, "an answer"));
            case TOO_LONG ->
                refusedByService(
                        new Refused(CaptionRejection.BAD_ANSWER, detail, settings.maxAnswerBytes() + " bytes"));
            case DENIED -> throw denied(detail);
            case UNAVAILABLE -> unanswered(reply.get());
        };
    }

    private Captioned described(byte[] body, DensityTarget level, String prompt) throws InterruptedException {
        ChatProtocol.Answer answer = ChatProtocol.answer(body);
        if (answer.text() == null) {
            return refusedByService(answer.refused().orElseThrow());
        }
        refusalsInARow.set(0);
        return new Described(
                List.of(new ScoredCaption(answer.text(), level.name(), answer.confidence(), id(), prompt)));
    }

    private Refused unanswered(ChatReply reply) throws InterruptedException {
        if (isTooLongToWait(reply)) {
            throw new InfrastructureException("%s asks for a pause of %s, above give-up-after %s: %s"
                    .formatted(
                            endpoint.address(),
                            reply.retryAfter(),
                            settings.patience().giveUpAfter(),
                            reply.detail()));
        }
        mustDescribeBlank(reply.detail());
        return new Refused(
                CaptionRejection.NO_ANSWER, reply.detail(), settings.patience().attempts() + " tries");
    }

    private Refused refusedByService(Refused refused) throws InterruptedException {
        if (refusalsInARow.incrementAndGet() % REFUSALS_BEFORE_PROBE == 0) {
            mustDescribeBlank("%d refusals in a row, the last: %s".formatted(refusalsInARow.get(), refused.value()));
        }
        return refused;
    }

    /** @throws InfrastructureException where the service does not describe a blank image either */
    private void mustDescribeBlank(String occasion) throws InterruptedException {
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
                || bad.filter(why -> why.reason() == CaptionRejection.BAD_ANSWER)
                        .isPresent()) {
            throw new InfrastructureException("%s cannot describe a blank image: %s (tested because: %s)"
                    .formatted(
                            endpoint.address(),
                            bad.map(Refused::value).orElse(reply.get().detail()),
                            occasion));
        }
    }

    /** Sends with retries while the service is unavailable; empty if the run's budget is spent. */
    private Optional<ChatReply> send(byte[] body) throws InterruptedException {
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
        meters.count(
                Meter.CHAT_REQUESTS,
                reply.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
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

    private Refused budgetSpent() {
        String value = "%d requests, %d tokens".formatted(budget.requests(), budget.tokens());
        String bound = "%d requests, %d tokens (0: no bound)"
                .formatted(settings.limits().requests(), settings.limits().tokens());
        if (settings.limits().whenSpent() == WhenSpent.STOP) {
            throw new InfrastructureException(
                    "the run's budget is spent: %s of %s; raise limits, or run again".formatted(value, bound));
        }
        return new Refused(CaptionRejection.BUDGET, value, bound);
    }

    private InfrastructureException denied(String detail) {
        return new InfrastructureException(
                "%s denies the request (check base-url, model and api-key): %s".formatted(endpoint.address(), detail));
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

    private boolean isTooLongToWait(@Nullable ChatReply reply) {
        return reply != null && reply.retryAfter().compareTo(settings.patience().giveUpAfter()) > 0;
    }

    /** Combines the captions of one image. */
    private static Captioned combined(List<Future<Captioned>> captions) throws InterruptedException {
        List<ScoredCaption> described = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (Future<Captioned> caption : captions) {
            Captioned outcome = result(caption);
            if (outcome instanceof Described one) {
                described.addAll(one.captions());
            } else if (outcome instanceof Refused one) {
                refused.add(one);
            }
        }
        return described.isEmpty() ? refused.get(0) : new Described(described, refused);
    }

    private static Captioned result(Future<Captioned> caption) throws InterruptedException {
        try {
            return caption.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof InfrastructureException broken) {
                throw new InfrastructureException(String.valueOf(broken.getMessage()), broken);
            }
            throw new IllegalStateException("captioning failed", failed.getCause());
        }
    }
}
