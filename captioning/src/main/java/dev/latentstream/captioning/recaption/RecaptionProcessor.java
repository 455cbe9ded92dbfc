package dev.latentstream.captioning.recaption;

import dev.failsafe.RateLimiter;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.Image;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Captions the images of a selection, at a limited rate. What comes after the selection is read for the removals in it: the captions of an
 * image that was removed while it was captioned are deleted again.
 */
final class RecaptionProcessor implements BatchProcessor<Image> {
    private final BatchProcessor<Image> captioning;
    private final Selection selection;
    private final RemovedImages removed;
    private final @Nullable RateLimiter<Object> limiter;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong images = new AtomicLong();

    /** @param imagesPerSecond infinite for no limit */
    RecaptionProcessor(
            BatchProcessor<Image> captioning, Selection selection, RemovedImages removed, double imagesPerSecond) {
        this.captioning = captioning;
        this.selection = selection;
        this.removed = removed;
        limiter = Double.isInfinite(imagesPerSecond)
                ? null
                : RateLimiter.smoothBuilder(Duration.ofNanos(Math.round(1e9 / imagesPerSecond)))
                        .build();
    }

    @Override
    public List<OutputRecord<?>> process(List<InputRecord<Image>> batch) {
        List<InputRecord<Image>> selected =
                batch.stream().filter(this::isSelected).toList();
        if (selected.isEmpty()) {
            return List.of();
        }
        int count =
                (int) selected.stream().filter(record -> record.value() != null).count();
        pause(count);
        List<OutputRecord<?>> outputs = captioning.process(selected);
        images.addAndGet(count);
        return outputs;
    }

    /** Returns the number of images that were captioned by this process. */
    long images() {
        return images.get();
    }

    /** Ends the limit, so that the current batch is finished soon. */
    void close() {
        closing.countDown();
    }

    private boolean isSelected(InputRecord<Image> record) {
        boolean isRemoved = removed.contains(record.key());
        return record.value() == null ? isRemoved : !isRemoved && selection.contains(record);
    }

    private void pause(int count) {
        if (limiter == null || count == 0) {
            return;
        }
        try {
            boolean unused = closing.await(limiter.reservePermits(count).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        }
    }
}
