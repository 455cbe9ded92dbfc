package dev.latentstream.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.models.Reference;
import dev.latentstream.models.nn.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MiniLmEncoderTest {
    /** The quantised kernels of two releases of ONNX Runtime differ in the third digit. */
    private static final float TOLERANCE = 0.02f;

    private static MiniLmEncoder encoder;

    @BeforeAll
    static void load() throws IOException {
        encoder = MiniLmEncoder.load(24, 1, 1 << 20);
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @Test
    void agreesWithOnnxRuntimeAndTheTokenizersFromPython() throws IOException {
        JsonNode reference = reference();
        for (JsonNode row : reference.get("captions")) {
            String caption = row.get("caption").asText();

            TextStates states = encoder.encode(List.of(caption));

            assertThat(states.length(0)).as(caption).isEqualTo(row.get("ids").size());
            for (int token = 0; token < states.length(0); token++) {
                for (int axis = 0; axis < 4; axis++) {
                    float expected =
                            (float) row.get("firstFour").get(token).get(axis).asDouble();
                    assertThat(states.state(0, token, axis)).as(caption).isCloseTo(expected, within(TOLERANCE));
                }
            }
        }
    }

    @Test
    void thePooledEmbeddingIsTheNormalisedMeanOfTheStates() throws IOException {
        for (JsonNode row : reference().get("captions")) {
            String caption = row.get("caption").asText();

            TextStates states = encoder.encode(List.of("another", caption));

            double squares = 0;
            for (int axis = 0; axis < encoder.pooledWidth(); axis++) {
                squares += Math.pow(states.pooled(1, axis), 2);
            }
            assertThat(squares).as(caption).isCloseTo(1, within(1e-5));
            for (int axis = 0; axis < 4; axis++) {
                float expected = (float) row.get("sentence").get(axis).asDouble();
                assertThat(states.pooled(1, axis)).as(caption).isCloseTo(expected, within(TOLERANCE / 8));
            }
        }
    }

    private static JsonNode reference() throws IOException {
        try (InputStream json = Reference.class.getResourceAsStream("minilm.json")) {
            return new ObjectMapper().readTree(json);
        }
    }

    @Test
    void theStatesOfACaptionDoNotDependOnTheBatch() {
        TextStates alone = encoder.encode(List.of("a blue boat"));
        TextStates among = encoder.encode(List.of("a much longer caption about a dog, a cat and a hat", "a blue boat"));

        assertThat(among.length(1)).isEqualTo(alone.length(0));
        for (int axis = 0; axis < encoder.width(); axis++) {
            assertThat(among.state(1, 2, axis)).isEqualTo(alone.state(0, 2, axis));
        }
    }

    @Test
    void theBiasHidesThePaddingAndNothingElse() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Context text = encoder.encode(List.of("", "a red house")).on(manager);
            NDArray bias = Objects.requireNonNull(text.bias());

            float[] values = bias.toFloatArray();
            assertThat(text.states().getShape().getShape()).containsExactly(2, 24, 384);
            assertThat(bias.getShape().getShape()).containsExactly(2, 1, 1, 24);
            for (int i = 0; i < 48; i++) {
                boolean token = i < 2 || (i >= 24 && i < 29); // the empty caption has its two special tokens
                assertThat(values[i]).isEqualTo(token ? 0f : -10_000f);
            }
        }
    }

    @Test
    void itsIdHasItsTokensAndTheHashOfItsWeights() {
        assertThat(encoder.id()).matches("all-minilm-l6-v2-q-24-[0-9a-f]{16}");
    }

    @Test
    void refusesFewerThanThreeTokens() {
        assertThatThrownBy(() -> MiniLmEncoder.load(2, 1, 8)).hasMessage("2 tokens are not between 3 and 512");
    }
}
