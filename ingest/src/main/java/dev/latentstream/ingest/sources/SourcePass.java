package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SameImages.Aside;
import dev.latentstream.ingest.sources.SameImages.Copies;
import dev.latentstream.ingest.sources.SameImages.Step;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DonePart;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Position;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.ingest.sources.state.SourceBatch;
import dev.latentstream.ingest.sources.state.SourceLog;
import dev.latentstream.ingest.sources.state.SourceLostException;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.BoundedRejection;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Sha256;
import dev.latentstream.schemas.SourceStatus;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pass over a source, from its beginning to its end or until it is stopped. Not thread-safe. */
final class SourcePass {
    private static final Logger LOG = LoggerFactory.getLogger(SourcePass.class);

    /** Stage name in rejections. */
    private static final String STAGE = "source";

    /** Interval of progress reports, and of looking whether somebody else has the source. */
    private static final Duration REPORT_EVERY = Duration.ofMillis(500);

    /** Interval of records of the state while nothing is sent, so that a source that waits is seen to live. */
    private static final Duration SIGN_OF_LIFE_EVERY = Duration.ofSeconds(10);

    /** Maximum length of an image's texts, attributes and URIs: ingest refuses more, and a multiple fits into no record. */
    private static final int MAX_TEXT_CHARACTERS = 1 << 20;

    /** Maximum number of lines about dropped texts, for each reason. */
    private static final int MAX_LINES = 20;

    private final Topics topics;
    private final Meters meters;
    private final SourceLog log;
    private final SourceTally tally;
    private final Consumer<SourceProgress> listener;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private final PendingBatch batch = new PendingBatch();
    private long reported = System.nanoTime();
    private long committed = System.nanoTime();

    SourcePass(Topics topics, Meters meters, SourceLog log, SourceTally tally, Consumer<SourceProgress> listener) {
        this.topics = topics;
        this.meters = meters;
        this.log = log;
        this.tally = tally;
        this.listener = listener;
    }

    /**
     * Returns whether the source was delivered to its end, else the thread was interrupted.
     *
     * @throws SourceLostException if somebody else has the source
     */
    boolean run(ImageSource source, Resend resend, Pace pace) throws IOException {
        Deliveries deliveries = new Deliveries(log::item, resend, source.isItemised());
        SameImages images = new SameImages(source);
        boolean stopped = false;
        for (Optional<Step> step = images.next(deliveries); step.isPresent(); step = images.next(deliveries)) {
            if (!isPosition(step.get()) && !awaitTurn(step.get(), deliveries, pace)) {
                stopped = true;
                log.stop();
                break;
            }
            take(source.name(), step.get(), deliveries);
            if (source.isItemised() || isPosition(step.get())) {
                tick(); // else the items would be committed without their position
            }
        }
        if (!batch.isEmpty()) {
            deliver();
        }
        log.end(stopped ? SourceStatus.STOPPED : SourceStatus.DONE, "", counts());
        return !stopped;
    }

    /** Returns what became of the items so far. */
    Map<String, Long> counts() {
        return tally.progress().counts();
    }

    /** Waits until the item may be sent; returns false if the thread was interrupted. */
    private boolean awaitTurn(Step step, Deliveries deliveries, Pace pace) {
        try {
            boolean paced = step instanceof Copies copies && !isSent(copies, deliveries);
            while (paced && !pace.await(tally.sent(), REPORT_EVERY)) {
                tick();
            }
            return !Thread.interrupted();
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    /** Commits what is due, reports, and looks whether somebody else has the source. */
    private void tick() {
        long now = System.nanoTime();
        if (batch.isDue() || now - committed > SIGN_OF_LIFE_EVERY.toNanos()) {
            deliver();
        }
        if (now - reported > REPORT_EVERY.toNanos()) {
            reported = now;
            log.check();
            listener.accept(tally.progress());
        }
    }

    private void deliver() {
        SourceBatch full = batch.take();
        tally.sent(full.images());
        log.commit(full, counts());
        committed = System.nanoTime();
    }

    private static boolean isPosition(Step step) {
        return step instanceof Aside aside && aside.item() instanceof Position;
    }

    private static boolean isSent(Copies copies, Deliveries deliveries) {
        return copies.found().stream().allMatch(found -> deliveries.contains(found, copies.imageId()));
    }

    private void take(String source, Step step, Deliveries deliveries) {
        if (step instanceof Aside aside) {
            setAside(source, aside.item(), deliveries);
        } else if (step instanceof Copies copies) {
            if (isSent(copies, deliveries)) {
                tally.done(copies.found().size());
                copies.found().forEach(found -> renewStamp(found, copies.imageId()));
            } else {
                deliver(copies.otherSource().orElse(source), copies, deliveries);
            }
            batch.position(copies.first().uri());
        }
    }

    private void deliver(String source, Copies copies, Deliveries deliveries) {
        AltTexts texts = copies.texts(source);
        RawImage raw = copies.raw(source, texts, deliveries);
        long characters = characters(raw);
        if (characters > MAX_TEXT_CHARACTERS) {
            deliverEach(source, copies, characters, deliveries);
            return;
        }
        tally.sending(copies.found());
        texts.dropped().forEach(fault -> dropped(source, fault));
        batch.image(
                new ProducerRecord<>(
                        topics.imagesRaw().name(), null, copies.imageId(), raw, headers.originate(source, 0)),
                copies.first().image().length + characters);
        copies.found().forEach(found -> remember(found, copies.imageId(), deliveries));
    }

    /** Delivers copies that are too much together one by one, and rejects a single one. */
    private void deliverEach(String source, Copies copies, long characters, Deliveries deliveries) {
        if (copies.found().size() > 1) {
            copies.found()
                    .forEach(found -> deliver(
                            source, new Copies(copies.imageId(), List.of(found), copies.otherSource()), deliveries));
            return;
        }
        Refusal refusal = Refusal.above(
                RejectionReason.TOO_MANY_BYTES,
                "length of texts, attributes and URIs in characters",
                characters,
                MAX_TEXT_CHARACTERS);
        reject(source, new Refused(copies.first().uri(), refusal), deliveries);
    }

    private static long characters(RawImage raw) {
        long characters = raw.getUri().length();
        for (AltText text : raw.getAltTexts()) {
            characters += text.getText().length() + text.getSource().length();
            characters += text.getUri().length();
        }
        for (Map.Entry<String, String> attribute : raw.getAttributes().entrySet()) {
            characters += attribute.getKey().length() + attribute.getValue().length();
        }
        return characters;
    }

    private void remember(Found found, String imageId, Deliveries deliveries) {
        if (deliveries.isItemised()) {
            if (deliveries.isRefused(found.uri())) {
                batch.withdrawal(new ProducerRecord<>(topics.imagesRejected().name(), key(found.uri()), null));
            }
            batch.item(found.uri(), Deliveries.of(found, imageId));
        }
    }

    /** Files that were touched need not be read again. */
    private void renewStamp(Found found, String imageId) {
        if (found.stamp().isPresent()) {
            batch.item(found.uri(), Deliveries.of(found, imageId));
        }
    }

    private void setAside(String source, SourceItem item, Deliveries deliveries) {
        if (item instanceof TooLarge large) {
            reject(source, large, deliveries);
        } else if (item instanceof Refused refused) {
            reject(source, refused, deliveries);
        } else if (item instanceof Unreadable unreadable) {
            tally.unreadable();
            LOG.warn("{}: {}", unreadable.uri(), unreadable.reason());
        } else if (item instanceof DroppedText text) {
            if (dropped(source, text.fault()) <= MAX_LINES) {
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
        } else if (item instanceof DonePart part) {
            tally.done(part.items());
        } else if (item instanceof Position position) {
            batch.item(position.uri(), Deliveries.of(position));
        } else if (item instanceof Waiting && !batch.isEmpty()) {
            deliver();
        }
    }

    /** Counts a dropped text and returns the number of those dropped for the same reason. */
    private long dropped(String source, AltTextFault fault) {
        meters.count(Meter.ALT_TEXT_DROPPED, STAGE, source, KebabCase.of(fault));
        return tally.dropped(fault);
    }

    private void reject(String source, TooLarge large, Deliveries deliveries) {
        tally.tooLarge();
        if (deliveries.contains(large)) {
            return;
        }
        Refusal refusal = new Refusal(
                RejectionReason.TOO_MANY_BYTES,
                Long.toString(large.bytes()),
                Long.toString(large.bound()),
                "%d bytes are more than the %d of a record".formatted(large.bytes(), large.bound()));
        reject(source, large.imageId(), large.uri(), refusal);
        if (deliveries.isItemised()) {
            batch.item(large.uri(), Deliveries.of(large));
        }
    }

    /**
     * Rejects an item that has no bytes, with the hash of its URI as key. Each run tries it again; the rejection is repeated if it has another
     * reason, and withdrawn when the item is delivered.
     */
    private void reject(String source, Refused refused, Deliveries deliveries) {
        tally.refused(refused.refusal().reason());
        if (deliveries.contains(refused)) {
            return;
        }
        reject(source, key(refused.uri()), refused.uri(), refused.refusal());
        if (deliveries.remembers(refused)) {
            batch.item(refused.uri(), Deliveries.of(refused));
        }
    }

    private static String key(String uri) {
        MessageDigest digest = Sha256.digest();
        digest.update(uri.getBytes(StandardCharsets.UTF_8));
        return Sha256.hex(digest);
    }

    private void reject(String source, String key, String uri, Refusal refusal) {
        Rejection rejection = Rejection.newBuilder()
                .setStage(STAGE)
                .setReason(refusal.reason())
                .setValue(refusal.value())
                .setBound(refusal.bound())
                .setDetail(refusal.detail())
                .setSource(source)
                .setUri(uri)
                .build();
        batch.rejection(new ProducerRecord<>(
                topics.imagesRejected().name(),
                null,
                key,
                BoundedRejection.of(rejection),
                headers.originate(source, 0)));
    }
}
