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
 * Captions by a vision model behind the OpenAI chat protocol, as vLLM, TGI, llama.cpp, Ollama and many services speak it.
 *
 * <p>Each caption is a request of its own, with the instruction of its density level and a seed of its own. A request that meets
 * a busy or broken service is tried again. Whose fault a failure is, a blank image tells: if the service describes that one, the
 * image at hand is to blame and refused; if not, the service is, and the batch fails as a whole. The blank image is also the first
 * thing that a service is asked, so that a wrong key or model stops the stage before an image is lost to it.
 */
public final class ChatCaptioner implements Captioner {
    /** After so many refusals in a row the service is suspected, and asked for the blank image. */
    private static final int SUSPICIOUS = 16;

    private static final double JITTER = 0.25;
    private static final String GREETING = "Describe this image in one sentence.";

    private final ChatSettings settings;
    private final ChatEndpoint endpoint;
    private final ChatBudget budget;
    private final Meters meters;
    private final RetryPolicy<ChatReply> retries;
    private final ExecutorService threads;
    private final AtomicInteger refusalsInARow = new AtomicInteger();
    private final byte[] blank;
    private boolean greeted;

    public ChatCaptioner(ChatSettings settings, Meters meters) {
        this(
                settings,
                meters,
                InstantSource.system(),
                duration -> Thread.sleep(duration.toMillis() + 1)); // rounded up: not a moment too early
    }

    ChatCaptioner(ChatSettings settings, Meters meters, InstantSource clock, ChatBudget.Waiting waiting) {
        this.settings = settings;
        this.endpoint = new ChatEndpoint(settings, clock);
        this.budget = new ChatBudget(settings.limits(), clock, waiting);
        this.meters = meters;
        this.retries = retries(settings.patience());
        this.blank = ChatProtocol.request(settings.model(), settings.sampling(), GREETING, DataUrl.blank(), 0);
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
            greet();
            for (ImageToCaption request : batch) {
                jobs(request).forEach(job -> captions.add(threads.submit(job)));
            }
            List<Captioned> outcomes = new ArrayList<>();
            int next = 0;
            for (ImageToCaption request : batch) {
                int end = next + request.levels().size();
                outcomes.add(together(captions.subList(next, end)));
                next = end;
            }
            return outcomes;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InfrastructureException("interrupted while captioning", interrupted);
        } finally {
            captions.forEach(caption -> caption.cancel(true)); // without effect on those that are done
        }
    }

    /** Requests sent since the start, each try counted. */
    public long requests() {
        return budget.requests();
    }

    /** Tokens since the start, as the service counts them. */
    public long tokens() {
        return budget.tokens();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void greet() throws InterruptedException {
        if (!greeted) {
            mustDescribeBlank("it was asked for nothing else yet");
            greeted = true;
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
        String prompt = level.asked();
        Optional<ChatReply> reply =
                send(ChatProtocol.request(settings.model(), settings.sampling(), prompt, url, seed));
        if (reply.isEmpty()) {
            return spent();
        }
        String what = reply.get().what();
        return switch (reply.get().kind()) {
            case ANSWER -> answered(reply.get().body(), level, prompt);
            case REFUSED -> suspected(new Refused(CaptionRejection.HTTP_STATUS, what, "an answer"));
            case TOO_LONG ->
                suspected(new Refused(CaptionRejection.BAD_ANSWER, what, settings.maxAnswerBytes() + " bytes"));
            case DENIED -> throw denied(what);
            case UNAVAILABLE -> unanswered(reply.get());
        };
    }

    private Captioned answered(byte[] body, DensityTarget level, String prompt) throws InterruptedException {
        ChatProtocol.Answer answer = ChatProtocol.answer(body);
        if (answer.text() == null) {
            return suspected(answer.refused().orElseThrow());
        }
        refusalsInARow.set(0);
        return new Described(
                List.of(new ScoredCaption(answer.text(), level.name(), answer.confidence(), id(), prompt)));
    }

    private Refused unanswered(ChatReply reply) throws InterruptedException {
        if (isTooLongToWait(reply)) {
            throw new InfrastructureException("%s asks to be left alone for %s, and give-up-after is %s: %s"
                    .formatted(
                            endpoint.address(),
                            reply.retryAfter(),
                            settings.patience().giveUpAfter(),
                            reply.what()));
        }
        mustDescribeBlank(reply.what());
        return new Refused(
                CaptionRejection.NO_ANSWER, reply.what(), settings.patience().attempts() + " tries");
    }

    private Refused suspected(Refused refused) throws InterruptedException {
        if (refusalsInARow.incrementAndGet() % SUSPICIOUS == 0) {
            mustDescribeBlank("%d refusals in a row, the last: %s".formatted(refusalsInARow.get(), refused.value()));
        }
        return refused;
    }

    /** @throws InfrastructureException where the service does not describe a blank image either */
    private void mustDescribeBlank(String occasion) throws InterruptedException {
        Optional<ChatReply> reply = send(blank);
        if (reply.isEmpty()) {
            return; // nothing more may be asked, and what comes next learns so
        }
        if (reply.get().kind() == Kind.DENIED) {
            throw denied(reply.get().what());
        }
        boolean answered = reply.get().kind() == Kind.ANSWER;
        Optional<Refused> bad =
                answered ? ChatProtocol.answer(reply.get().body()).refused() : Optional.empty();
        if (!answered
                || bad.filter(why -> why.reason() == CaptionRejection.BAD_ANSWER)
                        .isPresent()) {
            throw new InfrastructureException("%s does not even describe a blank image: %s (asked because: %s)"
                    .formatted(
                            endpoint.address(),
                            bad.map(Refused::value).orElse(reply.get().what()),
                            occasion));
        }
    }

    /** Tries until there is something else than unavailability, or patience ends; empty where the run's budget is spent. */
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

    private Refused spent() {
        String value = "%d requests, %d tokens".formatted(budget.requests(), budget.tokens());
        String bound = "%d requests, %d tokens (0: no bound)"
                .formatted(settings.limits().requests(), settings.limits().tokens());
        if (settings.limits().whenSpent() == WhenSpent.STOP) {
            throw new InfrastructureException(
                    "the run's budget is spent: %s of %s; raise limits, or run again".formatted(value, bound));
        }
        return new Refused(CaptionRejection.BUDGET, value, bound);
    }

    private InfrastructureException denied(String what) {
        return new InfrastructureException("%s denies what it is asked (check base-url, model and api-key): %s"
                .formatted(endpoint.address(), what));
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

    /** The captions of one image. */
    private static Captioned together(List<Future<Captioned>> captions) throws InterruptedException {
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
