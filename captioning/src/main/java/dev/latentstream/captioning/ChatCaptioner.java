package dev.latentstream.captioning;

import dev.latentstream.captioning.CaptionCheck.Checked;
import dev.latentstream.captioning.CaptionCheck.Checked.Sound;
import dev.latentstream.captioning.CaptionCheck.Checked.Unsound;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.ChatSettings.WhenSpent;
import dev.latentstream.captioning.answer.AnswerRules;
import dev.latentstream.captioning.answer.AnswerRules.Found;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Captions by a vision model that is served over the OpenAI chat protocol, as by vLLM, TGI, llama.cpp, Ollama and many services.
 *
 * <p>Each caption is a separate request with the instruction of its density level and its own seed. A request to a busy or broken
 * service is retried. {@link AnswerRules} find the caption in an answer. By {@link ServiceProof} an image is refused only where the
 * service describes a reference image; if it does not, the whole batch fails, so that a service that is set up wrongly stops the
 * stage and no image is lost.
 */
final class ChatCaptioner implements Captioner {
    private static final String REFERENCE = DataUrl.reference();

    private final ChatSettings settings;
    private final int maxCharacters;
    private final CaptionCheck check;
    private final ChatService service;
    private final ServiceProof proof;
    private final ExecutorService threads;

    /** @param maxCharacters longest caption, in characters (Unicode code points) */
    ChatCaptioner(ChatSettings settings, int maxCharacters, Meters meters) {
        this(
                settings,
                maxCharacters,
                meters,
                InstantSource.system(),
                duration -> Thread.sleep(duration.toMillis() + 1)); // rounded up, never too early
    }

    ChatCaptioner(
            ChatSettings settings, int maxCharacters, Meters meters, InstantSource clock, ChatBudget.Waiting waiting) {
        this.settings = settings;
        this.maxCharacters = maxCharacters;
        this.check = new CaptionCheck(maxCharacters);
        this.service = new ChatService(settings, meters, clock, waiting);
        this.proof = new ServiceProof(service.address(), settings, this::ofReference);
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
            proof.requireEach(batch.stream()
                    .flatMap(request -> request.levels().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new)));
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
            proof.settle();
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

    /** Returns an outcome that is certainly the image's, once the batch is settled. */
    private Captioned ask(DensityTarget level, String url, long seed) throws InterruptedException {
        Optional<ChatReply> reply = send(level, url, seed);
        if (reply.isEmpty()) {
            return budgetSpent();
        }
        Captioned outcome = outcome(reply.get(), level);
        if (!(outcome instanceof Refused refused)) {
            proof.described(level);
        } else if (refused.reason() == CaptionRejection.NO_ANSWER) {
            proof.require(level, "an image has no answer"); // at once: each further image would wait as long
        } else {
            proof.refused(level);
        }
        return outcome;
    }

    /** Sends an image, at half its size each time that the request is too large for the service. */
    private Optional<ChatReply> send(DensityTarget level, String url, long seed) throws InterruptedException {
        Optional<ChatReply> reply = service.send(ChatProtocol.request(settings, level.prompt(), url, seed));
        if (reply.isPresent() && reply.get().kind() == ChatReply.Kind.TOO_LARGE) {
            Optional<String> smaller = DataUrl.halved(url);
            if (smaller.isPresent()) {
                return send(level, smaller.get(), seed);
            }
        }
        return reply;
    }

    private Optional<Captioned> ofReference(DensityTarget level, long seed) throws InterruptedException {
        Optional<ChatReply> reply = service.send(ChatProtocol.request(settings, level.prompt(), REFERENCE, seed));
        if (reply.isEmpty()) {
            Refused unused = budgetSpent(); // stops the stage, if that is what the settings want
        }
        return reply.map(answer -> outcome(answer, level));
    }

    private Captioned outcome(ChatReply reply, DensityTarget level) {
        String detail = reply.detail();
        return switch (reply.kind()) {
            case ANSWER -> caption(reply.answer().orElseThrow(), level);
            case REFUSED, TOO_LARGE -> new Refused(CaptionRejection.HTTP_STATUS, detail, "an answer");
            case TOO_LONG ->
                new Refused(
                        CaptionRejection.BAD_ANSWER, detail, "at most %d bytes".formatted(settings.maxAnswerBytes()));
            case UNREADABLE -> new Refused(CaptionRejection.BAD_ANSWER, detail, "a chat completion");
            case DENIED -> throw service.denied(detail);
            case UNAVAILABLE, OUTAGE -> unanswered(reply);
        };
    }

    private Captioned caption(ChatAnswer answer, DensityTarget level) {
        if (!answer.refusal().isEmpty()) {
            return new Refused(CaptionRejection.EVASIVE, answer.refusal(), "a description");
        }
        switch (answer.finish()) {
            case TOKEN_LIMIT -> {
                return new Refused(
                        CaptionRejection.UNFINISHED, "finish_reason length" + beside(answer), "finish_reason stop");
            }
            case FILTERED -> {
                return new Refused(CaptionRejection.EVASIVE, "finish_reason content_filter", "finish_reason stop");
            }
            case FAILED, COMPLETE -> {}
        }
        if (answer.text().isBlank()) {
            return new Refused(CaptionRejection.EMPTY, "no content" + beside(answer), "a description");
        }
        return sound(answer, level);
    }

    private Captioned sound(ChatAnswer answer, DensityTarget level) {
        Found found = AnswerRules.find(answer.text(), maxCharacters);
        if (found instanceof Found.Nothing nothing) {
            return new Refused(reason(nothing.reason()), nothing.value(), nothing.bound());
        }
        ScoredCaption caption = new ScoredCaption(
                ((Found.Caption) found).text(), level.name(), answer.confidence(), id(), level.prompt());
        Checked checked = check.synthetic(caption);
        return checked instanceof Unsound unsound
                ? unsound.refused()
                : new Described(List.of(caption.withText(((Sound) checked).text())));
    }

    private static CaptionRejection reason(AnswerRules.Reason reason) {
        return switch (reason) {
            case EMPTY -> CaptionRejection.EMPTY;
            case TOO_LONG -> CaptionRejection.TOO_LONG;
            case UNFINISHED -> CaptionRejection.UNFINISHED;
            case EVASIVE -> CaptionRejection.EVASIVE;
            case MALFORMED -> CaptionRejection.BAD_ANSWER;
        };
    }

    private static String beside(ChatAnswer answer) {
        return answer.reasoning() == 0 ? "" : ", %d characters of reasoning beside it".formatted(answer.reasoning());
    }

    private Refused unanswered(ChatReply reply) {
        if (service.isTooLongToWait(reply)) {
            throw new InfrastructureException("%s asks for a pause of %s, above give-up-after %s: %s"
                    .formatted(
                            service.address(),
                            reply.retryAfter(),
                            settings.patience().giveUpAfter(),
                            reply.detail()));
        }
        ChatSettings.Patience patience = settings.patience();
        String bound = reply.kind() == ChatReply.Kind.OUTAGE
                ? patience.giveUpAfter() + " of retries"
                : patience.attempts() + " tries";
        return new Refused(CaptionRejection.NO_ANSWER, reply.detail(), bound);
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
