package dev.latentstream.captioning;

import static dev.latentstream.captioning.FakeChatServer.good;
import static dev.latentstream.captioning.FakeChatServer.sends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.ChatSettings.Parameter;
import dev.latentstream.captioning.ChatSettings.Sampling;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of services beyond the protocol, and what happens to the images. */
class ChatDeviationsTest extends ChatServiceFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\": {\"message\": \"slow down\", \"code\": 429}}",
                "{\"error\": {\"message\": \"slow down\", \"code\": \"429\"}}",
                "{\"error\": {\"message\": \"slow down\", \"code\": \"rate_limit_exceeded\"}}",
                "{\"error\": {\"message\": \"bad gateway\", \"code\": 502}, \"choices\": []}",
                "{\"choices\": [{\"error\": {\"code\": 502, \"message\": \"upstream\"}, \"message\": {\"content\": \"\"}}]}",
                "{\"choices\": [{\"finish_reason\": \"error\", \"message\": {\"content\": \"A red\"}}]}",
                "{\"error\": \"Model is overloaded\", \"error_type\": \"overloaded\"}",
                "{\"type\": \"error\", \"error\": {\"type\": \"overloaded_error\", \"message\": \"Overloaded\"}}",
                "{\"object\": \"error\", \"message\": \"engine died\", \"code\": 50001}",
                "{\"errors\": [{\"code\": 503, \"message\": \"capacity\"}]}",
                "[{\"error\": {\"code\": 503, \"status\": \"UNAVAILABLE\", \"message\": \"later\"}}]",
                "{\"error\": {\"message\": \"something odd\"}}",
                "data: {\"error\": {\"code\": 503, \"message\": \"later\"}}\n\n"
            })
    void anErrorWithinAnAnswerIsTriedAgainByItsCode(String body) {
        server.next(sends(200, body));

        assertThat(described("image")).isEqualTo("a red ball");
        assertThat(meters.value(Meter.CHAT_REQUESTS, "unavailable")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"error\": {\"message\": \"no such key\", \"code\": \"invalid_api_key\"}} | taken for 401: no such key",
                "{\"error\": {\"message\": \"who?\", \"type\": \"authentication_error\"}} | taken for 401: who?",
                "{\"error\": {\"message\": \"The model x does not exist\"}} | taken for 404: The model x",
                "{\"object\": \"error\", \"message\": \"no model\", \"code\": 40401} | taken for 404: no model",
            })
    void anErrorThatNoRequestSurvivesStopsTheStage(String body, String part) {
        server.forReference(sends(200, body));

        assertStops("image").hasMessageContaining("base-url, model and api-key").hasMessageContaining(part);
    }

    @Test
    void anErrorAboutOneImageRefusesIt() {
        server.next(sends(200, "{\"object\": \"error\", \"message\": \"image too small\", \"code\": 40001}"));

        assertThat(captioned("image"))
                .containsExactly(new Refused(
                        CaptionRejection.HTTP_STATUS,
                        "an error within HTTP 200, taken for 400: image too small",
                        "an answer"));
    }

    @Test
    void sendsASmallerImageWhereARequestIsTooLarge() throws IOException {
        int limit = 200_000; // characters of the image, as of a proxy
        server.always((exchange, request) -> {
            boolean tooLarge = request.imageUrl().length() > limit;
            sends(
                            tooLarge ? 413 : 200,
                            tooLarge
                                    ? "request entity too large"
                                    : good("a red ball").toString())
                    .answer(exchange, request);
        });

        assertThat(outcome(noise(600, 400))).isInstanceOf(Described.class);
        assertThat(server.imageRequests())
                .extracting(request -> sides(request.imageUrl()))
                .containsExactly("600x400", "300x200");
    }

    @Test
    void refusesAnImageThatIsTooLargeAtAnySize() throws IOException {
        server.always(sends(413, "request entity too large"));

        assertThat(outcome(noise(600, 500)))
                .isEqualTo(
                        new Refused(CaptionRejection.HTTP_STATUS, "HTTP 413: request entity too large", "an answer"));
        assertThat(server.imageRequests())
                .extracting(request -> sides(request.imageUrl()))
                .containsExactly("600x500", "300x250", "150x125");
    }

    private Captioned outcome(byte[] jpeg) {
        try (ChatCaptioner captioner = captioner()) {
            return captioner
                    .caption(List.of(new ImageToCaption(
                            "noise",
                            ByteBuffer.wrap(jpeg),
                            ImageFormat.JPEG,
                            image("").levels(),
                            42)))
                    .get(0);
        }
    }

    private static byte[] noise(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, random.nextInt(1 << 24));
        }
        return DataUrl.jpeg(image);
    }

    private static String sides(String url) {
        try {
            byte[] jpeg = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
            return image.getWidth() + "x" + image.getHeight();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "-Infinity", "Infinity", "null", "\"-0.1\""})
    void aConfidenceThatIsNoNumberIsUnknown(String logprob) {
        server.next(sends(200, good("a red ball", -0.5, -0.25).toString().replace("-0.25", logprob)));

        assertThat(captioned("image")).first().isInstanceOfSatisfying(Described.class, described -> assertThat(
                        described.captions().get(0).confidence())
                .isNull());
    }

    @Test
    void leavesOutTheParametersThatAServiceRefuses() {
        assertThat(described("image")).isEqualTo("a red ball");
        sampling = new Sampling(
                0.7, 0.9, 300, "max_completion_tokens", false, List.of(Parameter.values()), "{\"top_k\": 20}");
        assertThat(described("image")).isEqualTo("a red ball");

        assertThat(server.imageRequests().get(0).body().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "model", "stream", "temperature", "top_p", "seed", "logprobs", "max_tokens", "messages");
        assertThat(server.imageRequests().get(1).body().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("model", "stream", "max_completion_tokens", "messages", "top_k");
    }

    @Test
    void joinsAListOfParts() {
        ObjectNode completion = completion(null, "stop");
        var parts = ((ObjectNode) completion.at("/choices/0/message")).putArray("content");
        parts.addObject().put("type", "thinking").put("thinking", "It is a ball.");
        parts.addObject().put("type", "text").put("text", "a red ");
        parts.add("ball");
        parts.addObject().put("type", "output_text").put("text", " on grass");

        server.next(answers(completion));

        assertThat(described("image")).isEqualTo("a red ball on grass");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "[]", "\"\""})
    void aRefusalThatIsNoTextIsNone(String refusal) {
        server.next(sends(
                200,
                completion("a red ball", "stop")
                        .toString()
                        .replace("\"content\"", "\"refusal\":" + refusal + ",\"content\"")));

        assertThat(described("image")).isEqualTo("a red ball");
    }

    @Test
    void aPartThatIsARefusalRefusesTheImage() {
        ObjectNode completion = completion(null, "stop");
        ((ObjectNode) completion.at("/choices/0/message"))
                .putArray("content")
                .addObject()
                .put("type", "refusal")
                .put("refusal", "no people");
        server.next(answers(completion));

        assertThat(fault("image")).contains("no people");
        assertThat(server.imageRequests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Infinity", "NaN", "-5", "1e300"})
    void aCountOfTokensThatIsNoneIsNotSpent(String tokens) {
        server.next(sends(
                200,
                completion("a red ball", "stop")
                        .put("usage", 0)
                        .toString()
                        .replace("\"usage\":0", "\"usage\":{\"total_tokens\":" + tokens + "}")));

        assertThat(described("image")).isEqualTo("a red ball");
        assertThat(meters.value(Meter.CHAT_TOKENS)).isEqualTo(100); // those of the reference image
    }

    @Test
    void joinsTheEventsOfAStream() {
        String event = "data: {\"choices\": [{\"delta\": {\"content\": \"%s\"}, \"finish_reason\": %s, "
                + "\"logprobs\": {\"content\": [{\"logprob\": -0.693147}]}}]}\n\n";
        server.next(sends(
                200,
                ": keep-alive\n\ndata: {\"choices\": [{\"delta\": {\"role\": \"assistant\", \"content\": null}}]}\n\n"
                        + event.formatted("a red ", "null")
                        + event.formatted("ball", "\"stop\"")
                        + "data: {\"choices\": [], \"usage\": {\"total_tokens\": 7}}\n\ndata: [DONE]\n\n",
                "Content-Type",
                "text/event-stream"));

        assertThat(captioned("image")).first().isInstanceOfSatisfying(Described.class, described -> {
            assertThat(described.captions().get(0).text()).isEqualTo("a red ball");
            assertThat(described.captions().get(0).confidence()).isEqualTo(0.5f, within(1e-6f));
        });
        assertThat(meters.value(Meter.CHAT_TOKENS)).isEqualTo(107); // with those of the reference image
    }

    @Test
    void anAnswerThatIsFollowedByAnotherIsRefused() {
        String answer = "{\"choices\": [{\"message\": {\"content\": \"a red kite\"}}]}";
        server.always(sends(200, answer + answer));

        assertThat(captioned("image"))
                .containsExactly(
                        new Refused(CaptionRejection.BAD_ANSWER, "not JSON: more than one value", "a chat completion"));
    }

    @Test
    void aStreamThatBreaksOffIsRefused() {
        server.always(sends(200, "data: {\"choices\": [{\"delta\": {\"content\": \"a red\"}}]}\n\n"));

        assertThat(captioned("image"))
                .containsExactly(new Refused(
                        CaptionRejection.BAD_ANSWER,
                        "not JSON: a stream of events without an end",
                        "a chat completion"));
    }
}
