package dev.latentstream.captioning;

import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.ChatSettings.WhenSpent;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Captions by a vision model that is served over the OpenAI chat protocol, as by vLLM, TGI, llama.cpp, Ollama and many services.
 *
 * <p>Each caption is a separate request with the instruction of its density level and its own seed. A request to a busy or broken
 * service is retried. If {@link ChatService} gets a description of a blank image, a failure is the fault of the image at hand, which
 * is refused; if not, it is the service's, and the whole batch fails. The blank image is also the first request to a service, so
 * that a wrong key or model stops the stage before an image is lost.
 */
final class ChatCaptioner implements Captioner {
    private final ChatSettings settings;
    private final ChatService service;
    private final ExecutorService threads;

    ChatCaptioner(ChatSettings settings, Meters meters) {
        this(
                settings,
                meters,
                InstantSource.system(),
                duration -> Thread.sleep(duration.toMillis() + 1)); // rounded up, never too early
    }

    ChatCaptioner(ChatSettings settings, Meters meters, InstantSource clock, ChatBudget.Waiting waiting) {
        this.settings = settings;
        this.service = new ChatService(settings, meters, clock, waiting);
        this.threads = Executors.newFixedThreadPool(settings.concurrency(), Threads.daemons("chat-captioner"));
    }

    @Override
    public String id() {
        return settings.model();
    }

    @Override
    public List<Captioned> caption(List<ImageToCaption> batch) {
        List<Future<Captioned>> captions = new ArrayList<>();
        try {
            service.probeOnce();
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

    @Override
    public void close() {
        threads.shutdownNow();
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
                service.send(ChatProtocol.request(settings.model(), settings.sampling(), prompt, url, seed));
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
            case DENIED -> throw service.denied(detail);
            case UNAVAILABLE -> unanswered(reply.get());
        };
    }

    private Captioned described(byte[] body, DensityTarget level, String prompt) throws InterruptedException {
        ChatProtocol.Answer answer = ChatProtocol.answer(body);
        if (answer.text() == null) {
            return refusedByService(answer.refused().orElseThrow());
        }
        service.described();
        return new Described(
                List.of(new ScoredCaption(answer.text(), level.name(), answer.confidence(), id(), prompt)));
    }

    private Refused unanswered(ChatReply reply) throws InterruptedException {
        if (service.isTooLongToWait(reply)) {
            throw new InfrastructureException("%s asks for a pause of %s, above give-up-after %s: %s"
                    .formatted(
                            service.address(),
                            reply.retryAfter(),
                            settings.patience().giveUpAfter(),
                            reply.detail()));
        }
        service.probe(reply.detail());
        return new Refused(
                CaptionRejection.NO_ANSWER, reply.detail(), settings.patience().attempts() + " tries");
    }

    private Refused refusedByService(Refused refused) throws InterruptedException {
        service.refused(refused);
        return refused;
    }

    private Refused budgetSpent() {
        ChatBudget budget = service.budget();
        String value = "%d requests, %d tokens".formatted(budget.requests(), budget.tokens());
        String bound = "%d requests, %d tokens (0: no bound)"
                .formatted(settings.limits().requests(), settings.limits().tokens());
        if (settings.limits().whenSpent() == WhenSpent.STOP) {
            throw new InfrastructureException(
                    "the run's budget is spent: %s of %s; raise limits, or run again".formatted(value, bound));
        }
        return new Refused(CaptionRejection.BUDGET, value, bound);
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
