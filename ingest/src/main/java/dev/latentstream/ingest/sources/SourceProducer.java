package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SameImages.Aside;
import dev.latentstream.ingest.sources.SameImages.Copies;
import dev.latentstream.ingest.sources.SameImages.Step;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.BoundedRejection;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the images of a source to {@code images-raw}, keyed by image id, with an idempotent producer and acks from all replicas.
 *
 * <p>An image too large for a record is rejected in {@code images-rejected}; unreadable items and texts without an image are logged and
 * counted. An item is sent again when its bytes, texts or attributes changed; one with other bytes says which image it replaces.
 */
public final class SourceProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceProducer.class);

    /** Stage name in rejections. */
    private static final String STAGE = "source";

    /** Bounds a stop while the cluster is away; what is not acknowledged by then is sent again by the next run. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** Interval of progress reports and journal flushes. */
    private static final Duration REPORT_EVERY = Duration.ofMillis(500);

    /** Maximum number of lines about dropped texts, for each reason. */
    private static final int MAX_LINES = 20;

    private final Topics topics;
    private final Producer<String, RawImage> images;
    private final Producer<String, Rejection> rejections;
    private final Meters meters;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** @param meters count dropped texts */
    public SourceProducer(KafkaConnection connection, Meters meters) {
        this(
                connection.topics(),
                connection.producer(connection.topics().imagesRaw(), "source"),
                connection.producer(connection.topics().imagesRejected(), "source-rejections"),
                meters);
    }

    SourceProducer(
            Topics topics, Producer<String, RawImage> images, Producer<String, Rejection> rejections, Meters meters) {
        this.topics = topics;
        this.images = images;
        this.rejections = rejections;
        this.meters = meters;
    }

    /** Sends what changed since earlier runs, see {@link #send(ImageSource, Optional, Resend, Pace, Consumer)}. */
    public SourceProgress send(ImageSource source, Optional<Path> journal, Pace pace, Consumer<SourceProgress> listener)
            throws IOException {
        return send(source, journal, Resend.CHANGED, pace, listener);
    }

    /**
     * Sends until the source ends or the thread is interrupted. All records sent are acknowledged when this returns.
     *
     * @param journal file that records the acknowledged items, and from which the run resumes; absent to send everything
     * @param resend what to send of the items in the journal
     * @param listener called with the progress twice a second, and at the end
     * @throws IOException if the source or the journal cannot be read
     * @throws InfrastructureException if the cluster refuses a record
     */
    public SourceProgress send(
            ImageSource source, Optional<Path> journal, Resend resend, Pace pace, Consumer<SourceProgress> listener)
            throws IOException {
        try (Journal acknowledged = journal.isPresent() ? Journal.open(journal.get(), resend) : Journal.none()) {
            SourceTally tally = new SourceTally(source.name(), source.total());
            SameImages images = new SameImages(source);
            long reported = System.nanoTime();
            for (Optional<Step> step = images.next(acknowledged);
                    step.isPresent() && awaitTurn(step.get(), acknowledged, pace, tally);
                    step = images.next(acknowledged)) {
                throwFailure();
                take(source.name(), step.get(), acknowledged, tally);
                if (System.nanoTime() - reported > REPORT_EVERY.toNanos()) {
                    reported = System.nanoTime();
                    acknowledged.flush();
                    listener.accept(tally.progress());
                }
            }
            this.images.flush();
            rejections.flush();
            throwFailure();
            listener.accept(tally.progress());
            return tally.progress();
        }
    }

    /** Waits until the item may be sent; returns false if the thread was interrupted. */
    private static boolean awaitTurn(Step step, Journal journal, Pace pace, SourceTally tally) {
        try {
            if (step instanceof Copies copies && !isSent(copies, journal)) {
                pace.await(tally.sent());
            }
            return !Thread.interrupted();
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private static boolean isSent(Copies copies, Journal journal) {
        return copies.found().stream().allMatch(found -> journal.contains(found, copies.imageId()));
    }

    private void take(String source, Step step, Journal journal, SourceTally tally) {
        if (step instanceof Aside aside) {
            setAside(source, aside.item(), tally);
        } else if (step instanceof Copies copies) {
            if (isSent(copies, journal)) {
                copies.found().forEach(found -> journal.add(found, copies.imageId())); // with the new stamp
                tally.done(copies.found().size());
            } else {
                tally.sending(copies.found());
                send(source, copies, journal, tally);
            }
        }
    }

    private void setAside(String source, SourceItem item, SourceTally tally) {
        if (item instanceof TooLarge large) {
            reject(source, large, tally);
        } else if (item instanceof Unreadable unreadable) {
            tally.unreadable();
            LOG.warn("{}: {}", unreadable.uri(), unreadable.reason());
        } else if (item instanceof DroppedText text) {
            if (dropped(source, text.fault(), tally) <= MAX_LINES) {
                LOG.warn("{}: the text is dropped: {}", text.uri(), text.reason());
            }
        } else if (item instanceof Skipped skipped) {
            if (tally.skipped(skipped.kind())) {
                LOG.info("{} is skipped, and all others of the kind {}", skipped.uri(), skipped.kind());
            }
        } else if (item instanceof Other) {
            tally.other();
        } else if (item instanceof Done) {
            tally.done(1);
        }
    }

    /** Counts a dropped text and returns the number of those dropped for the same reason. */
    private long dropped(String source, AltTextFault fault, SourceTally tally) {
        meters.count(Meter.ALT_TEXT_DROPPED, STAGE, source, KebabCase.of(fault));
        return tally.dropped(fault);
    }

    private void send(String source, Copies copies, Journal journal, SourceTally tally) {
        AltTexts texts = copies.texts(source);
        texts.dropped().forEach(fault -> dropped(source, fault, tally));
        Future<RecordMetadata> unused = images.send( // the callback handles it
                new ProducerRecord<>(
                        topics.imagesRaw().name(),
                        null,
                        copies.imageId(),
                        copies.raw(source, texts, journal),
                        headers.originate(source, 0)),
                (metadata, exception) -> {
                    if (exception == null) {
                        copies.found().forEach(found -> journal.add(found, copies.imageId()));
                        tally.acknowledged();
                    } else {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    private void reject(String source, TooLarge large, SourceTally tally) {
        tally.tooLarge();
        Rejection rejection = Rejection.newBuilder()
                .setStage(STAGE)
                .setReason(RejectionReason.TOO_MANY_BYTES)
                .setValue(Long.toString(large.bytes()))
                .setBound(Long.toString(large.bound()))
                .setDetail("%d bytes are more than the %d of a record".formatted(large.bytes(), large.bound()))
                .setSource(source)
                .setUri(large.uri())
                .build();
        Future<RecordMetadata> unused = rejections.send( // the callback sees to it
                new ProducerRecord<>(
                        topics.imagesRejected().name(),
                        null,
                        large.imageId(),
                        BoundedRejection.of(rejection),
                        headers.originate(source, 0)),
                (metadata, exception) -> {
                    if (exception != null) {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    private void throwFailure() {
        Exception first = failure.get();
        if (first != null) {
            throw new InfrastructureException("the cluster refuses an image: " + first.getMessage(), first);
        }
    }

    @Override
    public void close() {
        images.close(CLOSE_WITHIN);
        rejections.close(CLOSE_WITHIN);
    }
}
