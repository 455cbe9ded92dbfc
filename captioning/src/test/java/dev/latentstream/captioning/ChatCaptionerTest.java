package dev.latentstream.captioning;

import static dev.latentstream.captioning.FakeChatServer.good;
import static dev.latentstream.captioning.FakeChatServer.sends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.ChatSettings.Limits;
import dev.latentstream.captioning.ChatSettings.Patience;
import dev.latentstream.captioning.ChatSettings.Sampling;
import dev.latentstream.captioning.ChatSettings.WhenSpent;
import dev.latentstream.captioning.FakeChatServer.Behaviour;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.Secret;
import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatCaptionerTest {
    private static final DensityTarget SHORT = new DensityTarget("short", 1, 3, "", "Name {min} to {max} things.");
    private static final DensityTarget DENSE =
            new DensityTarget("dense", 6, 12, "", "Name {min} to {max} things, all.");
    private static final String UNAVAILABLE = "unavailable";

    private final FakeChatServer server = new FakeChatServer();
    private final FakeTime time = new FakeTime();
    private final Meters meters = new Meters();
    private Patience patience = new Patience(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            3,
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMinutes(1));
    private Limits limits = new Limits();
    private long maxAnswerBytes = 1 << 20;

    @AfterEach
    void close() {
        server.close();
        meters.close();
    }

    @Test
    void sendsOneRequestPerCaptionInTheProtocol() {
        caption(request("image 1", SHORT, DENSE));
        assertThat(server.imageRequests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.path()).isEqualTo("/v1/chat/completions");
            assertThat(request.authorization()).isEqualTo("Bearer secret");
            assertThat(request.body().path("model").textValue()).isEqualTo("a-model");
            assertThat(request.body().path("max_tokens").intValue()).isEqualTo(300);
            assertThat(request.body().path("logprobs").booleanValue()).isTrue();
            assertThat(request.imageUrl()).startsWith("data:image/jpeg;base64,");
            assertThat(request.imageText()).isEqualTo("image 1");
        });
        assertThat(server.imageRequests().stream()
                        .map(request ->
                                request.body().at("/messages/0/content/1/text").textValue()))
                .containsExactlyInAnyOrder("Name 1 to 3 things.", "Name 6 to 12 things, all.");
        assertThat(server.imageRequests().stream()
                        .map(request -> request.body().path("seed").longValue()))
                .containsExactlyInAnyOrder(42L, 43L);
    }

    @Test
    void answersInTheOrderOfTheBatchWithConfidence() {
        server.always((exchange, request) -> FakeChatServer.answer(
                exchange, good("a picture of " + request.imageText(), Math.log(0.5), Math.log(0.125))));
        List<ImageToCaption> batch = IntStream.range(0, 20)
                .mapToObj(i -> request("image " + i, SHORT))
                .toList();
        List<Captioned> outcomes = caption(batch.toArray(ImageToCaption[]::new));
        for (int i = 0; i < 20; i++) {
            assertThat(outcomes.get(i))
                    .isEqualTo(new Described(List.of(new ScoredCaption(
                            "a picture of image " + i, "short", 0.25f, "a-model", "Name 1 to 3 things."))));
        }
        assertThat(meters.value(Meter.CHAT_TOKENS)).isEqualTo(2100); // including the reference image
    }

    @Test
    void waitsAsLongAsRetryAfter() {
        server.next(sends(429, "slow down", "Retry-After", "7"));
        assertThat(described(request("image", SHORT))).isEqualTo("a red ball");
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(7));
        server.next(sends(503, "later", "Retry-After", "Thu, 1 Jan 2026 00:00:20 GMT"));
        assertThat(described(request("image", SHORT))).isEqualTo("a red ball");
        assertThat(time.now()).isEqualTo("2026-01-01T00:00:20Z");
        server.next(sends(429, "soon", "Retry-After", "1.25"));
        assertThat(described(request("image", SHORT))).isEqualTo("a red ball");
        server.next(sends(429, "soon", "Retry-After-Ms", "1750", "Retry-After", "2"));
        assertThat(described(request("image", SHORT))).isEqualTo("a red ball");
        assertThat(time.now()).isEqualTo("2026-01-01T00:00:23Z");
    }

    @Test
    void failsAtOnceWhereRetryAfterIsBeyondPatience() {
        server.always(sends(429, "come back tomorrow", "Retry-After", "86400"));
        assertThatThrownBy(() -> caption(request("image", SHORT)))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("PT24H")
                .hasMessageContaining("PT1M");
        assertThat(server.imageRequests()).hasSize(1);
    }

    @Test
    void retriesAfterErrorsTruncatedAnswersAndTimeouts() {
        patience = answerWithin(Duration.ofMillis(300));
        for (Behaviour once : List.of(
                sends(500, "oops"),
                FakeChatServer.breaksOff(),
                server.hangs(),
                sends(200, "<html>Restarting</html>"))) {
            server.next(once);
            assertThat(described(request("image", SHORT))).isEqualTo("a red ball");
        }
        assertThat(meters.value(Meter.CHAT_REQUESTS, UNAVAILABLE)).isEqualTo(3);
        assertThat(meters.value(Meter.CHAT_REQUESTS, "unreadable")).isEqualTo(1);
    }

    @Test
    void anOutageFailsTheBatch() {
        server.always(sends(500, "CUDA out of memory"));
        server.forReference(sends(500, "CUDA out of memory"));
        assertThatThrownBy(() -> caption(request("image 1", SHORT), request("image 2", SHORT)))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("CUDA out of memory");
        assertThat(server.requests()).isEqualTo(3); // all attempts are for the reference image, no image was sent
    }

    @Test
    void anOutageThatBeginsLaterFailsTheBatch() {
        patience = givingUpAfter(Duration.ofMillis(200));
        try (ChatCaptioner captioner = captioner(2)) {
            captioner.caption(List.of(request("image", SHORT)));
            server.close();
            assertThatThrownBy(() -> captioner.caption(List.of(request("image", SHORT))))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("no_answer (no server answers, in PT0.2S of retries); ");
        }
    }

    @Test
    void aServiceThatIsAwayForMoreThanTheAttemptsIsAwaited() {
        for (Behaviour away :
                List.of(sends(502, "Bad Gateway"), sends(503, "Loading model"), sends(429, "too many requests"))) {
            for (int i = 0; i < 3 * patience.attempts(); i++) {
                server.next(away);
            }
            assertThat(described(request("image", SHORT))).isEqualTo("a red ball");
        }
        assertThat(meters.value(Meter.CHAT_REQUESTS, UNAVAILABLE)).isEqualTo(27);
    }

    @Test
    void anImageForWhichTheServiceIsAlwaysAwayIsRefusedAlone() {
        patience = givingUpAfter(Duration.ofMillis(200));
        server.always((exchange, request) -> (request.imageText().equals("poison")
                        ? sends(502, "Bad Gateway")
                        : server.answers("a red ball"))
                .answer(exchange, request));
        List<Captioned> outcomes = caption(request("poison", SHORT), request("image", SHORT));
        assertThat(outcomes.get(0))
                .isEqualTo(new Refused(CaptionRejection.NO_ANSWER, "HTTP 502: Bad Gateway", "PT0.2S of retries"));
        assertThat(outcomes.get(1)).isInstanceOf(Described.class);
    }

    @Test
    void anImageThatTheServiceFailsOnIsRefusedAlone() {
        server.always((exchange, request) -> (request.imageText().equals("poison")
                        ? sends(500, "assertion failed")
                        : server.answers("a red ball"))
                .answer(exchange, request));
        List<Captioned> outcomes = caption(request("image", SHORT), request("poison", SHORT), request("image", SHORT));
        assertThat(outcomes.get(0)).isInstanceOf(Described.class);
        assertThat(outcomes.get(1))
                .isEqualTo(new Refused(CaptionRejection.NO_ANSWER, "HTTP 500: assertion failed", "3 tries"));
        assertThat(outcomes.get(2)).isInstanceOf(Described.class);
    }

    @Test
    void anImageThatTheServiceDeclinesIsRefusedAtOnce() {
        server.next(sends(400, "image too small"));
        assertThat(caption(request("image", SHORT)))
                .containsExactly(new Refused(CaptionRejection.HTTP_STATUS, "HTTP 400: image too small", "an answer"));
        assertThat(server.imageRequests()).hasSize(1);
    }

    @Test
    void aServiceThatDeniesEverythingStopsBeforeTheFirstImage() {
        for (int status : new int[] {401, 403, 404, 302}) {
            server.forReference(sends(status, "no such model"));
            assertThatThrownBy(() -> caption(request("image", SHORT)))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("base-url, model and api-key")
                    .hasMessageContaining("HTTP " + status);
        }
        server.forReference(sends(200, "<html>Welcome</html>"));
        assertThatThrownBy(() -> caption(request("image", SHORT))).isInstanceOf(InfrastructureException.class);
        assertThat(server.imageRequests()).isEmpty();
    }

    @Test
    void aServiceThatTurnsBadIsDetected() {
        try (ChatCaptioner captioner = captioner(2)) {
            captioner.caption(List.of(request("image", SHORT)));
            server.always(sends(200, "<html>Log in</html>"));
            server.forReference(sends(200, "<html>Log in</html>"));
            List<ImageToCaption> batch = IntStream.range(0, 16)
                    .mapToObj(i -> request("image", SHORT))
                    .toList();
            assertThatThrownBy(() -> captioner.caption(batch))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("does not describe a reference image at level short: bad_answer");
        }
    }

    @Test
    void badAnswersAreRefused() {
        ObjectNode cutOff = good("a red");
        ((ObjectNode) cutOff.at("/choices/0")).put("finish_reason", "length");
        ObjectNode declined = good("");
        ((ObjectNode) declined.at("/choices/0/message")).put("refusal", "I'd rather not.");
        String good = good("a red ball").toString();
        assertThat(faultOf(sends(200, good.substring(0, 40)))).isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(sends(200, "{\"choices\": []}"))).isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(sends(200, ""))).isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(sends(200, good.replace("\"a red ball\"", "[1]")))).isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(sends(good.replace("red", "\u00ff\u00fe").getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(FakeChatServer.neverEnds())).isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(server.answers("x".repeat(10 << 20)))).isEqualTo(CaptionRejection.BAD_ANSWER);
        assertThat(faultOf(sends(200, cutOff.toString()))).isEqualTo(CaptionRejection.UNFINISHED);
        assertThat(faultOf(sends(200, declined.toString()))).isEqualTo(CaptionRejection.EVASIVE);
    }

    @Test
    void badTextIsRefused() {
        maxAnswerBytes = 32 << 20;
        assertThat(faultOf(server.answers(""))).isEqualTo(CaptionRejection.EMPTY);
        assertThat(faultOf(server.answers("x".repeat(10 << 20)))).isEqualTo(CaptionRejection.TOO_LONG);
        assertThat(faultOf(server.answers("\u0001\u0002\u0003\u0004"))).isEqualTo(CaptionRejection.NOT_TEXT);
        assertThat(faultOf(server.answers("\ud800"))).isEqualTo(CaptionRejection.NOT_TEXT);
        assertThat(faultOf(server.answers("a dog dog dog dog"))).isEqualTo(CaptionRejection.REPEATING);
        assertThat(faultOf(server.answers("Name 1 to 3 things."))).isEqualTo(CaptionRejection.PROMPT_ECHO);
        assertThat(faultOf(server.answers("I'm sorry, but I can't help."))).isEqualTo(CaptionRejection.EVASIVE);
    }

    @Test
    void neverHasMoreRequestsInFlightThanAllowed() {
        CyclicBarrier three = new CyclicBarrier(3);
        server.always((exchange, request) -> {
            await(three); // passes only if three are in flight
            server.answers("a red ball").answer(exchange, request);
        });
        List<ImageToCaption> batch = IntStream.range(0, 4)
                .mapToObj(i -> request("image", SHORT, DENSE, DENSE))
                .toList();
        try (ChatCaptioner captioner = captioner(3)) {
            assertThat(captioner.caption(batch)).hasSize(4).allMatch(Described.class::isInstance);
        }
        assertThat(server.maxInFlight()).isEqualTo(3);
    }

    @Test
    void stopsOrContinuesWhenTheBudgetIsSpent() {
        limits = new Limits(0, 0, 3, 0, WhenSpent.STOP);
        assertThatThrownBy(() -> caption(request("image", SHORT, SHORT, SHORT)))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("3 requests");
        limits = new Limits(0, 0, 3, 0, WhenSpent.ALT_TEXT);
        List<Captioned> outcomes;
        try (ChatCaptioner inTurn = captioner(1)) { // concurrent requests would spend it in any order
            outcomes = inTurn.caption(List.of(request("image", SHORT, SHORT, SHORT), request("image", SHORT)));
        }
        assertThat(outcomes.get(0)).isInstanceOfSatisfying(Described.class, described -> {
            assertThat(described.captions()).hasSize(2);
            assertThat(described.refused()).extracting(Refused::reason).containsExactly(CaptionRejection.BUDGET);
        });
        assertThat(outcomes.get(1)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(CaptionRejection.BUDGET));
    }

    @Test
    void anInterruptEndsTheBatch() {
        server.always(server.hangs());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> caption(request("image", SHORT)))
                .isInstanceOf(InfrastructureException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aBrokenPngIsRefusedWithoutARequest() {
        ImageToCaption request =
                new ImageToCaption("image", ByteBuffer.wrap(new byte[] {1, 2, 3}), ImageFormat.PNG, List.of(SHORT), 0);
        assertThat(caption(request)).containsExactly(new Refused(CaptionRejection.UNREADABLE_IMAGE, "3 bytes", "PNG"));
        assertThat(server.imageRequests()).isEmpty();
    }

    private List<Captioned> caption(ImageToCaption... batch) {
        try (ChatCaptioner captioner = captioner(8)) {
            return captioner.caption(List.of(batch));
        }
    }

    private String described(ImageToCaption request) {
        Captioned outcome = caption(request).get(0);
        assertThat(outcome).isInstanceOf(Described.class);
        return ((Described) outcome).captions().get(0).text();
    }

    private CaptionRejection faultOf(Behaviour behaviour) {
        server.always(behaviour);
        Captioned outcome = caption(request("image", SHORT)).get(0);
        assertThat(outcome).isInstanceOf(Refused.class);
        return ((Refused) outcome).reason();
    }

    private ChatCaptioner captioner(int concurrency) {
        ChatSettings settings = new ChatSettings(
                server.baseUrl(),
                "a-model",
                new Secret("secret"),
                concurrency,
                maxAnswerBytes,
                new Sampling(),
                patience,
                limits);
        return new ChatCaptioner(settings, 1000, meters, time::now, time::sleep);
    }

    private Patience answerWithin(Duration answer) {
        return new Patience(
                patience.connect(),
                answer,
                patience.attempts(),
                patience.backOff(),
                patience.longestBackOff(),
                patience.giveUpAfter());
    }

    private Patience givingUpAfter(Duration giveUpAfter) {
        return new Patience(
                patience.connect(),
                patience.answer(),
                patience.attempts(),
                patience.backOff(),
                patience.longestBackOff(),
                giveUpAfter);
    }

    private static ImageToCaption request(String image, DensityTarget... levels) {
        return new ImageToCaption(
                image, ByteBuffer.wrap(image.getBytes(StandardCharsets.UTF_8)), ImageFormat.JPEG, List.of(levels), 42);
    }

    private static void await(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await();
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
