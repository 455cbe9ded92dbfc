package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
    private static final Progress PROGRESS = new Progress(
            Duration.ofSeconds(61),
            List.of(
                    new Progress.Stage("ingest", 1200, "images", 42.0, "3 refused"),
                    new Progress.Stage("captioning", 800, "images", 20.5, "")),
            150,
            300,
            2.5,
            0.25,
            80,
            0.015);

    @Test
    void linesTellEveryStageAndTheTraining() {
        assertThat(new ProgressView(false).next(PROGRESS))
                .isEqualTo("   61s  ingest 1200  captioning 800  training [############............] step 150/300"
                        + "  loss 0.2500  80.0 images/s  waiting 1.5 %  1:00 left\n");
    }

    @Test
    void blockIsDrawnOverTheLastOne() {
        ProgressView view = new ProgressView(true);

        String first = view.next(PROGRESS);
        String second = view.next(PROGRESS);

        assertThat(first).doesNotContain("\u001b").hasLineCount(3);
        assertThat(second).isEqualTo("\u001b[1A\u001b[2K".repeat(3) + first);
    }

    @Test
    void nothingIsSaidOfALossBeforeTheFirstReport() {
        Progress begun = new Progress(Duration.ZERO, List.of(), 4, 300, 0, 0, 0, 0);

        assertThat(new ProgressView(false).next(begun))
                .isEqualTo("    0s  training [........................] step 4/300\n");
    }
}
