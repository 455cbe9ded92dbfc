package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
    private static final Progress PROGRESS = progress(Duration.ofSeconds(5));

    @Test
    void aLineShowsEveryStageAndTheTraining() {
        assertThat(new ProgressView(false).next(PROGRESS))
                .isEqualTo("   61s  ingest 1200  captioning 800  training [############............] step 150/300"
                        + "  1:00 left  loss 0.2500 at step 140  80.0 images/s  waiting for data 1.5 %\n");
    }

    @Test
    void aBlockIsDrawnOverTheLastOne() {
        ProgressView view = new ProgressView(true);

        String first = view.next(PROGRESS);
        String second = view.next(PROGRESS);

        assertThat(first)
                .doesNotContain("\u001b[1A")
                .startsWith("\u001b[?7l  ingest")
                .endsWith("\n\u001b[?7h");
        assertThat(first).containsPattern("step 150/300  1:00 left\n  loss 0.2500 at step 140");
        assertThat(second).isEqualTo("\u001b[1A\u001b[2K".repeat(4) + first);
    }

    @Test
    void anOldReportShowsItsAgeAndPredictsNothing() {
        assertThat(new ProgressView(false).next(progress(Duration.ofSeconds(45))))
                .contains("loss 0.2500 at step 140, 45 s ago  ");
        assertThat(new ProgressView(false).next(progress(Duration.ofMinutes(3))))
                .contains("step 150/300  loss 0.2500 at step 140, 3 min ago  ");
    }

    @Test
    void theReasonForWaitingPrecedesTheFirstStep() {
        Progress started = new Progress(
                Duration.ZERO, List.of(), 0, 300, "waiting for 64 latents of scenes (12 so far)", Optional.empty());

        assertThat(new ProgressView(false).next(started))
                .isEqualTo("    0s  training [........................] step 0/300"
                        + "  waiting for 64 latents of scenes (12 so far)\n");
    }

    @Test
    void noLossIsShownBeforeTheFirstReport() {
        Progress started = new Progress(Duration.ZERO, List.of(), 4, 300, "", Optional.empty());

        assertThat(new ProgressView(false).next(started))
                .isEqualTo("    0s  training [........................] step 4/300\n");
    }

    private static Progress progress(Duration age) {
        return new Progress(
                Duration.ofSeconds(61),
                List.of(
                        new Progress.Stage("ingest", 1200, "images", 42.0, "3 refused"),
                        new Progress.Stage("captioning", 800, "images", 20.5, "")),
                150,
                300,
                "",
                Optional.of(new Progress.Report(140, age, 2.5, 0.25, 80, 0.015)));
    }
}
