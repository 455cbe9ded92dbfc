package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberingCaptionerTest {
    private static final DensityTarget SHORT = new DensityTarget("short", 1, 2, "", "describe it");
    private static final DensityTarget DENSE = new DensityTarget("dense", 3, 9, "", "describe all of it");

    private final Counting counting = new Counting();
    private final RememberingCaptioner captioner = new RememberingCaptioner(counting, 1 << 20);

    /** Gives each request another text, so that a repeated one shows. */
    private static final class Counting implements Captioner {
        private final List<String> asked = new ArrayList<>();
        private boolean refuses;
        private boolean closed;

        @Override
        public String id() {
            return "counting";
        }

        @Override
        public List<Captioned> caption(List<ImageToCaption> batch) {
            return batch.stream().map(this::answer).toList();
        }

        private Captioned answer(ImageToCaption image) {
            asked.add(image.imageId());
            return refuses
                    ? new Refused(CaptionRejection.EMPTY, "0", "1")
                    : new Described(List.of(new ScoredCaption("text " + asked.size(), "short", null, "counting", "p")));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void asksOnlyForWhatItDoesNotRemember() {
        List<Captioned> first = captioner.caption(List.of(request("a"), request("b")));
        List<Captioned> second = captioner.caption(List.of(request("c"), request("a"), request("d"), request("b")));

        assertThat(counting.asked).containsExactly("a", "b", "c", "d");
        assertThat(second.get(1)).isEqualTo(first.get(0));
        assertThat(second.get(3)).isEqualTo(first.get(1));
        assertThat(second.get(0)).isNotEqualTo(second.get(2));
    }

    @Test
    void asksAgainForOtherLevelsAndAfterARecaption() {
        captioner.caption(List.of(request("a")));

        captioner.caption(List.of(request("a", 1, SHORT, DENSE)));
        captioner.caption(List.of(request("a", 2, SHORT)));

        assertThat(counting.asked).containsExactly("a", "a", "a");
    }

    @Test
    void asksAgainForWhatWasRefused() {
        counting.refuses = true;
        captioner.caption(List.of(request("a")));
        counting.refuses = false;

        assertThat(captioner.caption(List.of(request("a")))).hasOnlyElementsOfType(Described.class);
    }

    @Test
    void forgetsWhatWasNotUsedForLongest() {
        RememberingCaptioner small = new RememberingCaptioner(counting, 1_100); // two of some 510 bytes
        small.caption(List.of(request("a"), request("b")));
        small.caption(List.of(request("a")));
        small.caption(List.of(request("c")));

        small.caption(List.of(request("a"), request("b")));

        assertThat(counting.asked).containsExactly("a", "b", "c", "b");
    }

    @Test
    void isTheCaptionerThatItWraps() {
        assertThat(captioner.id()).isEqualTo("counting");
        captioner.close();
        assertThat(counting.closed).isTrue();
    }

    private static ImageToCaption request(String imageId) {
        return request(imageId, 1, SHORT);
    }

    private static ImageToCaption request(String imageId, long seed, DensityTarget... levels) {
        return new ImageToCaption(imageId, ByteBuffer.allocate(1), ImageFormat.PNG, List.of(levels), seed);
    }
}
