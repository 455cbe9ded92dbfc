package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.CaptioningSettings.Network;
import dev.latentstream.models.Decoding;
import dev.latentstream.models.GeneratedCaption;
import dev.latentstream.models.Pixels;
import dev.latentstream.runtime.BrokenWorldException;
import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlipCaptioningTest {
    private static final DensityTarget SHORT = new DensityTarget("short", 1, 3, "a short caption:", "x");
    private static final DensityTarget DENSE = new DensityTarget("dense", 6, 12, "a detailed caption:", "x");

    private final List<List<dev.latentstream.models.CaptionRequest>> asked = new ArrayList<>();

    /** Tells the shade of each picture and the prompt, with a token of probability 0.25 and one of 1. */
    private final BlipCaptioning captioning = new BlipCaptioning(
            "blip-test",
            4,
            (images, requests) -> {
                asked.add(requests);
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
        assertThat(asked).hasSize(2);
        int[] shades = {10, 20, 30, 40};
        for (int i = 0; i < shades.length; i++) {
            Described described = (Described) outcomes.get(i);
            assertThat(described.captions().get(0).text()).startsWith("shade " + shades[i] + " ");
        }
        assertThat(((Described) outcomes.get(0)).captions())
                .containsExactly(new RankedCaption(
                        "shade 10 by a short caption:", "short", 0.5f, "blip-test", "a short caption:"));
    }

    @Test
    void takesTheLikeliestTextFirstAndDrawsTheOthersOfALevel() {
        captioning.caption(List.of(request(10, SHORT, SHORT, DENSE)));
        assertThat(asked.get(0).stream().map(dev.latentstream.models.CaptionRequest::decoding))
                .containsExactly(new Decoding.Greedy(), new Decoding.Nucleus(0.9, 1.0, 8), new Decoding.Greedy());
    }

    @Test
    void refusesWhatItCannotDecodeOrFinish() {
        CaptionRequest broken =
                new CaptionRequest("broken", ByteBuffer.wrap(new byte[] {1, 2}), ImageFormat.JPEG, List.of(SHORT), 0);
        List<Captioned> outcomes = captioning.caption(List.of(broken, request(99, SHORT), request(10, SHORT)));
        assertThat(outcomes.get(0)).isEqualTo(new Refused(CaptionFault.UNREADABLE_IMAGE, "2 bytes", "JPEG"));
        assertThat(outcomes.get(1)).isEqualTo(new Refused(CaptionFault.UNFINISHED, "2 tokens", "100 tokens"));
        assertThat(outcomes.get(2)).isInstanceOf(Described.class);
    }

    @Test
    void aNetworkThatFailsIsABrokenWorld() {
        BlipCaptioning failing = new BlipCaptioning(
                "blip-test",
                4,
                (images, requests) -> {
                    throw new IllegalStateException("the device is gone");
                },
                () -> {},
                new Network());
        assertThatThrownBy(() -> failing.caption(List.of(request(10, SHORT))))
                .isInstanceOf(BrokenWorldException.class)
                .hasRootCauseMessage("the device is gone");
    }

    private static CaptionRequest request(int shade, DensityTarget... levels) {
        float[] values = new float[3 * 4 * 4];
        Arrays.fill(values, shade / 255f);
        byte[] png = new Pixels(4, 4, values).png();
        return new CaptionRequest("id", ByteBuffer.wrap(png), ImageFormat.PNG, List.of(levels), 7);
    }
}
