package dev.latentstream.ingest;

import dev.latentstream.ingest.ImageProcessor.ProcessedImage;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RawImage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Decodes each image, judges it by the policy in force, and rekeys it by the key by which duplicates meet. */
final class Examination extends ContextualProcessor<String, RawImage, String, Candidate> {
    private final ImageProcessor processor;
    private final DecoderThreads threads;
    private final Judge judge;
    private final StageHeaders headers;
    private final Meters meters;
    private @Nullable Attempts attempts;

    Examination(ImageProcessor processor, DecoderThreads threads, Judge judge, StageHeaders headers, Meters meters) {
        this.processor = processor;
        this.threads = threads;
        this.judge = judge;
        this.headers = headers;
        this.meters = meters;
    }

    /** Records attempts beside the folders of the tasks, which Kafka clears after a crash. */
    @Override
    public void init(ProcessorContext<String, Candidate> context) {
        super.init(context);
        Path folder = context.stateDir().toPath().resolveSibling("attempts");
        attempts = Attempts.open(folder, context.taskId().toString(), threads);
    }

    @Override
    public void process(Record<String, RawImage> raw) {
        if (raw.value() != null && !judge.isBeforeScoring()) { // no model will say whether they are true
            raw.value().setScores(Map.of());
            raw.value().setScoreModels(Map.of());
        }
        ProcessedImage processed =
                processor.process(raw.value(), place(), Objects.requireNonNull(attempts, "not initialised")::attempt);
        processed
                .droppedTexts()
                .forEach(fault -> meters.count(
                        Meter.ALT_TEXT_DROPPED, Rejections.STAGE, processed.source(), KebabCase.of(fault)));
        context()
                .forward(new Record<>(
                        processed.key(),
                        judge.judged(processed.candidate(), raw.value()),
                        Math.max(0, raw.timestamp()), // a producer without a clock sends -1
                        headers.propagate(raw.headers(), processed.source(), 0)));
    }

    private Place place() {
        return Place.of(context().recordMetadata().orElseThrow());
    }
}
