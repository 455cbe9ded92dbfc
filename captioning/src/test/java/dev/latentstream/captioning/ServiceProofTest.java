package dev.latentstream.captioning;

import static dev.latentstream.captioning.FakeChatServer.sends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.FakeChatServer.Behaviour;
import dev.latentstream.captioning.FakeChatServer.ReceivedRequest;
import dev.latentstream.runtime.InfrastructureException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether an image or the service is at fault. */
class ServiceProofTest extends ChatServiceFixture {
    @Test
    void anEmptyAnswerIsRefusedWhereTheReferenceImageIsDescribed() {
        server.next(answers(completion("", "stop")));

        assertThat(captioned("image"))
                .containsExactly(new Refused(CaptionRejection.EMPTY, "no content", "a description"));
        assertThat(server.requests()).isEqualTo(3); // reference, image, reference
    }

    @Test
    void aServiceThatOnlyThinksStopsTheStageBeforeTheFirstImage() {
        ObjectNode thinks = completion(null, "stop");
        ((ObjectNode) thinks.at("/choices/0/message")).put("reasoning_content", "The user wants a caption.");
        everywhere(answers(thinks));

        assertStops("image")
                .hasMessageContaining("no content, 25 characters of reasoning beside it")
                .hasMessageContaining("switch its thinking off (for vLLM, captioning.chat.sampling.extra");
        assertThat(server.imageRequests()).isEmpty();
    }

    @Test
    void aServiceThatIsCutOffEverywhereStopsTheStageBeforeTheFirstImage() {
        everywhere(answers(completion("A red ball on", "length")));

        assertStops("image")
                .hasMessageContaining("unfinished (finish_reason length")
                .hasMessageContaining("raise captioning.chat.sampling.max-tokens, now 300");
        assertThat(server.imageRequests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "I'm sorry, but I can't see images.", "<think>Let me see", "{\"caption\":"})
    void aServiceThatIsSetUpWronglyLaterStopsTheStageAndRefusesNoImage(String answer) {
        try (ChatCaptioner captioner = captioner()) {
            assertThat(captioner.caption(List.of(image("a")))).hasOnlyElementsOfType(Described.class);
            everywhere(server.answers(answer));
            for (int times = 0; times < 3; times++) { // also when it is started again, and for a batch of one
                assertThatThrownBy(() -> captioner.caption(List.of(image("b"))))
                        .isInstanceOf(InfrastructureException.class)
                        .hasMessageContaining("does not describe a reference image at level short");
            }
        }
    }

    @Test
    void aTextModelThatCannotSeeStopsTheStage() {
        everywhere(server.answers("I'm sorry, but I can't see images."));

        assertStops("image").hasMessageContaining("rule: apology").hasMessageContaining("must take images");
    }

    @Test
    void oneBadSampleOfTheReferenceImageDoesNotStopTheStage() {
        server.forReference(new Behaviour() {
            private int asked;

            @Override
            public void answer(HttpExchange exchange, ReceivedRequest request)
                    throws IOException, InterruptedException {
                server.answers(asked++ == 0 ? "" : "a red disc").answer(exchange, request);
            }
        });

        assertThat(captioned("image")).hasOnlyElementsOfType(Described.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Unsupported parameter: 'seed' is not supported with this model. | sampling.omit: [seed]",
                "'temperature' does not support 0.7 with this model. Only the default (1). | sampling.omit: [temperature]",
                "top_p is not permitted | sampling.omit: [top-p]",
                "logprobs are not supported by this model | sampling.logprobs: false",
                "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead. | sampling.max-tokens-field",
                "This model's maximum context length is 2048 tokens. | lower captioning.chat.sampling.max-tokens",
                "llama-3-8b is not a multimodal model | must be a model that takes images"
            })
    void namesTheSettingForWhatAServiceRefuses(String message, String advice) {
        server.forReference(sends(400, "{\"error\": {\"message\": \"%s\"}}".formatted(message)));

        assertStops("image").hasMessageContaining(message.substring(0, 12)).hasMessageContaining(advice);
        assertThat(server.requests()).isEqualTo(1);
    }
}
