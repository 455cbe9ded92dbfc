package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.schemas.BoundedRejection;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
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
 * <p>An image too large for a record is rejected in {@code images-rejected}; unreadable items are logged and counted.
 */
public final class SourceProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceProducer.class);

    /** Stage name in rejections. */
    private static final String STAGE = "source";

    /** Interval of progress reports and journal flushes. */
    private static final Duration REPORT_EVERY = Duration.ofMillis(500);

    private final Topics topics;
    private final Producer<String, RawImage> images;
    private final Producer<String, Rejection> rejections;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    public SourceProducer(KafkaConnection connection) {
        this(
                connection.topics(),
                connection.producer(connection.topics().imagesRaw(), "source"),
                connection.producer(connection.topics().imagesRejected(), "source-rejections"));
    }

    SourceProducer(Topics topics, Producer<String, RawImage> images, Producer<String, Rejection> rejections) {
        this.topics = topics;
        this.images = images;
        this.rejections = rejections;
    }

    /**
     * Sends until the source ends or the thread is interrupted. All records sent are acknowledged when this returns.
     *
     * @param journal file that records the acknowledged URIs, and from which the run resumes; absent to send everything
     * @param listener called with the progress twice a second, and at the end
     * @throws IOException if the source or the journal cannot be read
     * @throws InfrastructureException if the cluster refuses a record
     */
    public SourceProgress send(ImageSource source, Optional<Path> journal, Pace pace, Consumer<SourceProgress> listener)
            throws IOException {
        try (Journal acknowledged = journal.isPresent() ? Journal.open(journal.get()) : Journal.none()) {
            Tally tally = new Tally(source.name(), source.total());
            long reported = System.nanoTime();
            for (Optional<SourceItem> item = source.next(acknowledged::contains);
                    item.isPresent() && awaitTurn(item.get(), pace, tally);
                    item = source.next(acknowledged::contains)) {
                send(source.name(), item.get(), acknowledged, tally);
                if (System.nanoTime() - reported > REPORT_EVERY.toNanos()) {
                    reported = System.nanoTime();
                    acknowledged.flush();
                    listener.accept(tally.progress());
                }
            }
            images.flush();
            rejections.flush();
            throwFailure();
            listener.accept(tally.progress());
            return tally.progress();
        }
    }

    /** Waits until the item may be sent; returns false if the thread was interrupted. */
    private static boolean awaitTurn(SourceItem item, Pace pace, Tally tally) {
        try {
            if (item instanceof Found) {
                pace.await(tally.sent.get());
            }
            return !Thread.interrupted();
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private void send(String source, SourceItem item, Journal journal, Tally tally) {
        throwFailure();
        if (item instanceof Found found) {
            send(source, found, journal, tally);
        } else if (item instanceof TooLarge large) {
            reject(source, large, tally);
        } else if (item instanceof Unreadable unreadable) {
            tally.unreadable++;
            LOG.warn("{}: {}", unreadable.uri(), unreadable.reason());
        } else if (item instanceof Other) {
            tally.others++;
        } else if (item instanceof Done) {
            tally.done++;
        }
    }

    private void send(String source, Found found, Journal journal, Tally tally) {
        ByteBuffer image = ByteBuffer.wrap(found.image());
        RawImage raw = RawImage.newBuilder()
                .setImage(image)
                .setSource(source)
                .setUri(found.uri())
                .setAltText(found.altText().orElse(null))
                .setAttributes(found.attributes())
                .build();
        Future<RecordMetadata> unused = images.send( // the callback handles it
                new ProducerRecord<>(
                        topics.imagesRaw().name(), null, ImageId.of(image), raw, headers.originate(source, 0)),
                (metadata, exception) -> {
                    if (exception == null) {
                        journal.add(found.uri());
                        tally.sent.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    private void reject(String source, TooLarge large, Tally tally) {
        tally.tooLarge++;
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
        images.close();
        rejections.close();
    }

    /** Counts of one run. Acknowledgements arrive on the producer's I/O thread. */
    private static final class Tally {
        private final String source;
        private final OptionalLong total;
        private final long start = System.nanoTime();
        private final AtomicLong sent = new AtomicLong();
        private long done;
        private long tooLarge;
        private long unreadable;
        private long others;

        Tally(String source, OptionalLong total) {
            this.source = source;
            this.total = total;
        }

        SourceProgress progress() {
            return new SourceProgress(
                    source,
                    sent.get(),
                    done,
                    tooLarge,
                    unreadable,
                    others,
                    total,
                    Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
