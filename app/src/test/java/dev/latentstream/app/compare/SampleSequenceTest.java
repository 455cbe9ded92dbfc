package dev.latentstream.app.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleSequenceTest {
    private static final LedgerSample FIRST = sample("a", 3, 0);
    private static final LedgerSample SECOND = sample("b", 4, -1);

    @Test
    void equalSamplesHaveEqualHashesWhateverElseTheStepsHold() {
        LedgerStep own = step(List.of("latents-x", "latents-y"), FIRST, SECOND);
        LedgerStep other = step(List.of("latents-x"), FIRST, SECOND);
        other.setStep(9);
        other.setMixturePolicy(7);

        assertThat(SampleSequence.hash(own)).isEqualTo(SampleSequence.hash(other));
    }

    @Test
    void aPlaceACaptionATopicAnOrderOrASkippedSampleMakesADifference() {
        LedgerStep skipped = step(List.of("latents-x"), FIRST, SECOND);
        skipped.setSkipped(List.of(1));

        assertThat(List.of(
                        SampleSequence.hash(step(List.of("latents-x"), FIRST, SECOND)),
                        SampleSequence.hash(step(List.of("latents-x"), SECOND, FIRST)),
                        SampleSequence.hash(step(List.of("latents-y"), FIRST, SECOND)),
                        SampleSequence.hash(step(List.of("latents-x"), sample("a", 2, 0), SECOND)),
                        SampleSequence.hash(step(List.of("latents-x"), sample("a", 3, 1), SECOND)),
                        SampleSequence.hash(skipped)))
                .doesNotHaveDuplicates();
        assertThat(SampleSequence.hash(skipped)).isEqualTo(SampleSequence.hash(step(List.of("latents-x"), FIRST)));
    }

    @Test
    void theStepUpToWhichRunsAreEqualIsSaid() {
        SampleSequence all = new SampleSequence("a", hashes(1, 120));
        SampleSequence shorter = new SampleSequence("b", hashes(1, 100));
        SampleSequence other = new SampleSequence(
                "c",
                LongStream.rangeClosed(1, 120)
                        .mapToObj(step -> step < 42 ? step : -step)
                        .toList());

        assertThat(SampleSequence.compare(List.of(all, all)))
                .containsExactly("All runs hold the same samples, captions and order up to step 120, their last one.");
        assertThat(SampleSequence.compare(List.of(all, shorter)))
                .containsExactly(
                        "All runs hold the same samples, captions and order up to step 100, the last one of the shortest run.");
        assertThat(SampleSequence.compare(List.of(all, shorter, other, new SampleSequence("d", hashes(2, 121)))))
                .containsExactly(
                        "a and c hold the same samples up to step 41, and others from step 42 on.",
                        "a and d hold other samples from step 1 on.");
    }

    private static List<Long> hashes(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static LedgerSample sample(String image, long offset, int caption) {
        return LedgerSample.newBuilder()
                .setTopic(0)
                .setPartition(1)
                .setOffset(offset)
                .setImage(image)
                .setCaption(caption)
                .setStays(false)
                .build();
    }

    private static LedgerStep step(List<String> topics, LedgerSample... samples) {
        return LedgerStep.newBuilder()
                .setStep(1)
                .setTopics(topics)
                .setSamples(List.of(samples))
                .setMixturePolicy(0)
                .build();
    }
}
