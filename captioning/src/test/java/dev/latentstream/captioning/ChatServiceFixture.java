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
import dev.latentstream.captioning.FakeChatServer.Behaviour;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.Secret;
import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A captioner before a scripted service. */
abstract class ChatServiceFixture {
    static final String KEY = "p1anted/key+1";
    private static final DensityTarget SHORT = new DensityTarget("short", 1, 3, "", "Name {min} to {max} things.");
    private static final Patience PATIENCE = new Patience(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            3,
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMinutes(1));

    final FakeChatServer server = new FakeChatServer();
    private final FakeTime time = new FakeTime();
    final Meters meters = new Meters();
    Sampling sampling = new Sampling();

    @AfterEach
    void close() {
        server.close();
        meters.close();
    }

    void everywhere(Behaviour behaviour) {
        server.always(behaviour);
        server.forReference(behaviour);
    }

    AbstractThrowableAssert<?, ? extends Throwable> assertStops(String image) {
        return assertThatThrownBy(() -> captioned(image))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageNotContaining("p1anted");
    }

    List<Captioned> captioned(String image) {
        try (ChatCaptioner captioner = captioner()) {
            return captioner.caption(List.of(image(image)));
        }
    }

    String described(String image) {
        Captioned outcome = captioned(image).get(0);
        assertThat(outcome).isInstanceOf(Described.class);
        return ((Described) outcome).captions().get(0).text();
    }

    String fault(String image) {
        Captioned outcome = captioned(image).get(0);
        assertThat(outcome).isInstanceOf(Refused.class);
        return ((Refused) outcome).value();
    }

    ChatCaptioner captioner() {
        ChatSettings settings = new ChatSettings(
                server.baseUrl(), "a-model", new Secret(KEY), 2, 1 << 20, sampling, PATIENCE, new Limits());
        return new ChatCaptioner(settings, 1000, meters, time::now, time::sleep);
    }

    static ImageToCaption image(String image) {
        return new ImageToCaption(
                image, ByteBuffer.wrap(image.getBytes(StandardCharsets.UTF_8)), ImageFormat.JPEG, List.of(SHORT), 42);
    }

    static ObjectNode completion(@Nullable String content, String finish) {
        ObjectNode completion = good("");
        ((ObjectNode) completion.at("/choices/0")).put("finish_reason", finish);
        ((ObjectNode) completion.at("/choices/0/message")).put("content", content);
        return completion;
    }

    static Behaviour answers(ObjectNode completion) {
        return sends(200, completion.toString());
    }
}
