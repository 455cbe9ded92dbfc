package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.near.NearHashes;
import dev.latentstream.ingest.near.NearIndex;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.HeldCandidate;
import dev.latentstream.schemas.NearAnswer;
import dev.latentstream.schemas.NearClaim;
import dev.latentstream.schemas.NearContest;
import dev.latentstream.schemas.NearMatch;
import dev.latentstream.schemas.NearMessage;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Undecided;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The images that wait for the search for near duplicates, in state stores: their candidates with pixels, until all bands and contests
 * are answered. Candidates with the pixels of a waiting image wait after it.
 */
final class NearDuplicates {
    /** Store of the id of each waiting image to what is known of it. */
    static final String UNDECIDED = "near-undecided";

    /** Store of pixel hash to the id of the image that waits with these pixels. */
    static final String AWAITED = "near-awaited";

    /** Store of pixel hash with number to a waiting candidate: 0 is the image that is decided, the others wait after it. */
    static final String HELD = "near-held";

    private final ProcessorContext<String, Verdict> context;
    private final KeyValueStore<String, Undecided> undecided;
    private final KeyValueStore<String, String> awaited;
    private final KeyValueStore<String, HeldCandidate> held;

    NearDuplicates(ProcessorContext<String, Verdict> context) {
        this.context = context;
        this.undecided = context.getStateStore(UNDECIDED);
        this.awaited = context.getStateStore(AWAITED);
        this.held = context.getStateStore(HELD);
    }

    /** Returns whether the search can find an image: not if an earlier version or another setting examined it. */
    static boolean finds(Record<String, Candidate> candidate) {
        return NearHashes.areReadable(candidate.value().getNearHashes());
    }

    /** Returns the refusal of an image that another one is near. */
    static Optional<Refusal> refusal(int distance, @Nullable Undecided decided) {
        return Optional.ofNullable(decided)
                .flatMap(Undecided::getMatch)
                .filter(match -> match.getDistance() <= distance)
                .map(match -> new Refusal(
                        RejectionReason.NEAR_DUPLICATE,
                        match.getId() + " at distance " + match.getDistance(),
                        "distance above " + distance,
                        "an image that came before differs in %d of 256 bits of the perceptual hash: %s"
                                .formatted(match.getDistance(), match.getId())));
    }

    /** Adds an image to the index without a question. */
    void index(Record<String, Candidate> candidate) {
        if (finds(candidate)) {
            claim(candidate, 0);
        }
    }

    /** Holds an image until the search for images within a distance has ended. */
    void hold(Record<String, Candidate> candidate, int distance) {
        String imageId = candidate.value().getId();
        undecided.put(
                imageId,
                Undecided.newBuilder()
                        .setPixels(candidate.key())
                        .setDistance(distance)
                        .setClaims(NearIndex.BANDS)
                        .build());
        awaited.put(candidate.key(), imageId);
        held.put(key(candidate.key(), 0), held(candidate));
        claim(candidate, distance);
    }

    /** Holds a candidate if an image with the same pixels waits. Returns whether it does. */
    boolean follows(Record<String, Candidate> candidate) {
        String first = awaited.get(candidate.key());
        if (first == null) {
            return false;
        }
        Undecided state = undecided.get(first);
        state.setFollowers(state.getFollowers() + 1);
        undecided.put(first, state);
        held.put(key(candidate.key(), state.getFollowers()), held(candidate));
        return true;
    }

    /** Takes an answer. Returns the image's state if it was the last one: it is no longer held here. */
    Optional<Undecided> answered(NearAnswer answer) {
        String imageId = answer.getImage().getId();
        Undecided state = undecided.get(imageId);
        if (state == null) {
            return Optional.empty();
        }
        if (answer.getOfClaim()) {
            state.setClaims(state.getClaims() - 1);
            state.setContests(state.getContests() + answer.getContests());
        } else {
            state.setContests(state.getContests() - 1);
        }
        state.setMatch(first(state.getMatch().orElse(null), answer.getMatch().orElse(null)));
        if (state.getClaims() > 0 || state.getContests() > 0) {
            undecided.put(imageId, state);
            return Optional.empty();
        }
        undecided.delete(imageId);
        awaited.delete(state.getPixels());
        return Optional.of(state);
    }

    /**
     * Decides a contest between an image and a rival that arrived first, and answers it.
     *
     * @param admitted whether the rival was admitted, and so stays
     */
    void contest(Record<String, NearMessage> record, NearContest contest, boolean admitted) {
        NearMatch image = contest.getImage();
        NearMatch rival = contest.getRival();
        Undecided state = undecided.get(rival.getId());
        if (!admitted && state != null && rival.getDistance() <= state.getDistance()) {
            NearMatch match = new NearMatch(image.getId(), image.getTime(), image.getHome(), rival.getDistance());
            state.setMatch(first(state.getMatch().orElse(null), match));
            undecided.put(rival.getId(), state);
        }
        NearAnswer answer = new NearAnswer(image, false, admitted ? rival : null, 0);
        context.forward(new Record<>(
                image.getId(), new Verdict.Asked(new NearMessage(answer)), record.timestamp(), record.headers()));
    }

    /** Releases a candidate that was held; 0 is the decided image. */
    Record<String, Candidate> release(Undecided state, int number) {
        HeldCandidate released = held.delete(key(state.getPixels(), number));
        Headers headers = new RecordHeaders();
        released.getTrace().ifPresent(trace -> headers.add(StageHeaders.TRACE, trace.getBytes(StandardCharsets.UTF_8)));
        return new Record<>(state.getPixels(), released.getCandidate(), released.getTime(), headers);
    }

    private void claim(Record<String, Candidate> candidate, int distance) {
        NearMatch image = new NearMatch(
                candidate.value().getId(),
                candidate.timestamp(),
                context.taskId().partition(),
                distance);
        for (int band = 0; band < NearIndex.BANDS; band++) {
            NearClaim claim = new NearClaim(image, band, candidate.value().getNearHashes());
            context.forward(new Record<>(
                    "band-" + band,
                    new Verdict.Asked(new NearMessage(claim)),
                    candidate.timestamp(),
                    candidate.headers()));
        }
    }

    private static @Nullable NearMatch first(@Nullable NearMatch one, @Nullable NearMatch other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int order = one.getTime() != other.getTime()
                ? Long.compare(one.getTime(), other.getTime())
                : one.getId().compareTo(other.getId());
        return order <= 0 ? one : other;
    }

    private static HeldCandidate held(Record<String, Candidate> candidate) {
        return new HeldCandidate(
                candidate.value(),
                candidate.timestamp(),
                StageHeaders.trace(candidate.headers()).orElse(null));
    }

    private static String key(String pixelHash, int number) {
        return pixelHash + "/" + number;
    }
}
