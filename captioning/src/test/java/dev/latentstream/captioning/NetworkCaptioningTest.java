package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.CaptioningSettings.Network;
import dev.latentstream.models.caption.CaptionRequest;
import dev.latentstream.models.caption.DecodingStrategy;
import dev.latentstream.models.caption.GeneratedCaption;
import dev.latentstream.models.image.Pixels;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.schemas.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkCaptioningTest {
    private static final DensityTarget SHORT = new DensityTarget("short", 1, 3, "a short caption:", "x");
    private static final DensityTarget DENSE = new DensityTarget("dense", 6, 12, "a detailed caption:", "x");

    /** Tiny networks with random weights. */
    private static final Path MODELS =
            Path.of("..", "models", "src", "test", "resources", "dev", "latentstream", "models");

    @TempDir
    private Path folder = Path.of("");

    private final List<List<CaptionRequest>> captionRequests = new ArrayList<>();

    /** Its captions give the shade of each image and the prompt, with token probabilities 0.25 and 1. */
    private final NetworkCaptioning captioning = new NetworkCaptioning(
            "blip-test",
            4,
            (images, requests) -> {
                captionRequests.add(requests);
                List<List<GeneratedCaption>> captions = new ArrayList<>();
                for (int i = 0; i < images.count(); i++) {
                    int shade = Math.round(255 * images.rgb()[i * 3 * 4 * 4]);
                    captions.add(requests.stream()
                            .map(request -> new GeneratedCaption(
                                    "shade %d by %s".formatted(shade, request.prompt()),
                                    List.of(0.25, 1.0),
                                    shade != 99))
                            .toList());
                }
                return captions;
            },
            () -> {},
            new Network());

    @Test
    void keepsTheOrderOfImagesThatGoThroughTheNetworkInGroups() {
        List<Captioned> outcomes = captioning.caption(
                List.of(request(10, SHORT), request(20, DENSE, SHORT), request(30, SHORT), request(40, DENSE, SHORT)));
        assertThat(captionRequests).hasSize(2);
        int[] shades = {10, 20, 30, 40};
        for (int i = 0; i < shades.length; i++) {
            Described described = (Described) outcomes.get(i);
            assertThat(described.captions().get(0).text()).startsWith("shade " + shades[i] + " ");
        }
        assertThat(((Described) outcomes.get(0)).captions())
                .containsExactly(new ScoredCaption(
                        "shade 10 by a short caption:", "short", 0.5f, "blip-test", "a short caption:"));
    }

    @Test
    void decodesTheFirstCaptionOfALevelGreedilyAndSamplesTheOthers() {
        captioning.caption(List.of(request(10, SHORT, SHORT, DENSE)));
        assertThat(captionRequests.get(0).stream().map(CaptionRequest::decoding))
                .containsExactly(
                        new DecodingStrategy.Greedy(),
                        new DecodingStrategy.Nucleus(0.9, 1.0, 8),
                        new DecodingStrategy.Greedy());
    }

    @Test
    void refusesWhatItCannotDecodeOrFinish() {
        ImageToCaption broken =
                new ImageToCaption("broken", ByteBuffer.wrap(new byte[] {1, 2}), ImageFormat.JPEG, List.of(SHORT), 0);
        List<Captioned> outcomes = captioning.caption(List.of(broken, request(99, SHORT), request(10, SHORT)));
        assertThat(outcomes.get(0)).isEqualTo(new Refused(CaptionRejection.UNREADABLE_IMAGE, "2 bytes", "JPEG"));
        assertThat(outcomes.get(1)).isEqualTo(new Refused(CaptionRejection.UNFINISHED, "2 tokens", "100 tokens"));
        assertThat(outcomes.get(2)).isInstanceOf(Described.class);
    }

    @Test
    void aNetworkThatFinishesNoCaptionStopsTheStageAndRefusesNoImage() {
        NetworkCaptioning cutOff = new NetworkCaptioning(
                "blip-test",
                4,
                (images, requests) -> Collections.nCopies(
                        images.count(), List.of(new GeneratedCaption("a red ball on", List.of(0.5), false))),
                () -> {},
                new Network(null, 0.9, 1, 5));
        assertThatThrownBy(() -> cutOff.caption(List.of(request(10, SHORT), request(20, SHORT))))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("within 5 tokens; raise captioning.network.max-tokens");
    }

    @Test
    void aFailingNetworkIsAnInfrastructureException() {
        NetworkCaptioning failing = new NetworkCaptioning(
                "blip-test",
                4,
                (images, requests) -> {
                    throw new IllegalStateException("the device is gone");
                },
                () -> {},
                new Network());
        assertThatThrownBy(() -> failing.caption(List.of(request(10, SHORT))))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("captioning 1 images failed: the device is gone");
    }

    /** Compares with {@code tools/reference/captions.py}: transformers with the same folders and the same image. */
    @ParameterizedTest
    @CsvSource({
        "blip, the Red fishs, fish fish, 0.190910",
        "blip-2, a red fish, \uFFFD\uFFFD\uFFFD\uFFFD writ writ, 0.002530"
    })
    void oneSettingTakesTheFolderOfEitherKindAndCaptionsPixelsAsTransformersDoes(
            String kind, String prompt, String text, float confidence) throws IOException {
        copy(kind.equals("blip") ? "blip" : "blip2");
        if (kind.equals("blip-2")) {
            copy("tokenizer-opt");
            endTextsWith(324); // as the script does
        }
        Network network =
                SettingsReader.parse("{folder: %s, max-tokens: 12}".formatted(folder), Network.class, Map.of());
        DensityTarget level = new DensityTarget("test", 1, 3, prompt, "x");
        ImageToCaption request =
                new ImageToCaption("id", ByteBuffer.wrap(gradients().png()), ImageFormat.PNG, List.of(level), 7);

        try (NetworkCaptioning blip = NetworkCaptioning.load(network, Device.cpu())) {
            Described described = (Described) blip.caption(List.of(request)).get(0);

            ScoredCaption caption = described.captions().get(0);
            assertThat(caption.text()).isEqualTo(text);
            assertThat(caption.confidence()).isCloseTo(confidence, within(2e-6f));
            assertThat(caption.captioner()).matches(kind + "-[0-9a-f]{64}").isEqualTo(blip.id());
        }
    }

    /** Returns 16 x 16 pixels with the same bytes as in the script. */
    private static Pixels gradients() {
        float[] values = new float[3 * 256];
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                int at = 16 * y + x;
                values[at] = 16 * x / 255f;
                values[256 + at] = 16 * y / 255f;
                values[512 + at] = x * y / 255f;
            }
        }
        return new Pixels(16, 16, values);
    }

    private void copy(String name) throws IOException {
        try (Stream<Path> files = Files.list(MODELS.resolve(name))) {
            for (Path file : files.filter(f -> !f.getFileName().toString().startsWith("reference"))
                    .toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private void endTextsWith(int token) throws IOException {
        Path config = folder.resolve("config.json");
        String json = Files.readString(config);
        assertThat(json).contains("\"eos_token_id\": 661");
        Files.writeString(config, json.replace("\"eos_token_id\": 661", "\"eos_token_id\": " + token));
    }

    private static ImageToCaption request(int shade, DensityTarget... levels) {
        float[] values = new float[3 * 4 * 4];
        Arrays.fill(values, shade / 255f);
        byte[] png = new Pixels(4, 4, values).png();
        return new ImageToCaption("id", ByteBuffer.wrap(png), ImageFormat.PNG, List.of(levels), 7);
    }
}
