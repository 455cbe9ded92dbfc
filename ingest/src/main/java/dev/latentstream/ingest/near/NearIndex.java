package dev.latentstream.ingest.near;

import dev.latentstream.ingest.near.Buckets.Entry;
import dev.latentstream.schemas.NearAnswer;
import dev.latentstream.schemas.NearClaim;
import dev.latentstream.schemas.NearContest;
import dev.latentstream.schemas.NearMatch;
import dev.latentstream.schemas.NearMessage;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.NullUnmarked;

/**
 * Answers which images of the index are near a claimed one, for the bands of its partition, and adds the claimed image.
 *
 * <p>All images with the same bits in a band reach the same instance in one order. An image that is near the claimed one and precedes it,
 * by the time of its record or by id, is the answer. One that arrived first although its record is the later one is a rival: a contest
 * asks its own partition whether it was admitted already.
 */
@NullUnmarked // Kafka sets context and store in init
public final class NearIndex implements Processor<String, NearMessage, String, NearMessage> {
    /** Store of the entries of the index. */
    public static final String STORE = "near-windows";

    /** Number of bands of a hash that the index knows. */
    public static final int BANDS = 8;

    /** More rivals of one image are left out: one that was admitted is enough to refuse it. */
    private static final int MOST_RIVALS = 64;

    private static final int BUCKETS_OF_A_BAND = 1 << NearHash.BAND_BITS;

    private final long horizon;
    private ProcessorContext<String, NearMessage> context;
    private Buckets buckets;
    private long latest;
    private int swept;

    /** @param horizon time after which an image is forgotten */
    public NearIndex(Duration horizon) {
        this.horizon = horizon.toMillis();
    }

    /** Returns the partition of a message to the partition of its image's candidate. */
    public static Optional<Set<Integer>> home(String topic, String key, NearMessage message, int count) {
        int home = message.getStep() instanceof NearContest contest
                ? contest.getRival().getHome()
                : ((NearAnswer) message.getStep()).getImage().getHome();
        return Optional.of(Set.of(home));
    }

    @Override
    public void init(ProcessorContext<String, NearMessage> context) {
        this.context = context;
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(STORE);
        this.buckets = new Buckets(store);
    }

    @Override
    public void process(Record<String, NearMessage> record) {
        NearClaim claim = (NearClaim) record.value().getStep();
        NearMatch image = claim.getImage();
        List<Window> windows = Window.readAll(claim.getHashes());
        // A record from the future would otherwise expire everything.
        latest = Math.max(latest, Math.min(image.getTime(), context.currentSystemTimeMs()));
        long expired = latest - horizon;
        Map<String, NearMatch> near = new LinkedHashMap<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int bits : bits(claim, windows)) {
            List<Entry> bucket = buckets.read(claim.getBand(), bits, expired);
            if (image.getDistance() > 0) {
                bucket.forEach(entry -> match(entry, image, windows).ifPresent(match -> {
                    near.put(entry.imageId(), match);
                    entries.put(entry.imageId(), entry);
                }));
            }
            if (bits == windows.get(0).hash().band(claim.getBand())) {
                Entry added = new Entry(image.getId(), image.getTime(), windows.get(0), image.getHome());
                buckets.add(claim.getBand(), bits, added, bucket);
            }
        }
        sweep(claim.getBand(), expired);
        if (image.getDistance() > 0) {
            answer(record, image, near, entries);
        }
    }

    /** Returns the bits of the band in each hash that is looked up; an image that asks nothing has only its own. */
    private static Set<Integer> bits(NearClaim claim, List<Window> windows) {
        return windows.stream()
                .limit(claim.getImage().getDistance() > 0 ? windows.size() : 1)
                .map(window -> window.hash().band(claim.getBand()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Optional<NearMatch> match(Entry entry, NearMatch image, List<Window> windows) {
        if (entry.imageId().equals(image.getId()) || Math.abs(entry.time() - image.getTime()) > horizon) {
            return Optional.empty();
        }
        OptionalInt distance = entry.window().distance(windows, image.getDistance());
        return distance.isEmpty()
                ? Optional.empty()
                : Optional.of(new NearMatch(entry.imageId(), entry.time(), entry.home(), distance.getAsInt()));
    }

    private void answer(
            Record<String, NearMessage> record,
            NearMatch image,
            Map<String, NearMatch> near,
            Map<String, Entry> entries) {
        Optional<NearMatch> first = near.values().stream()
                .filter(match -> entries.get(match.getId()).precedes(image.getId(), image.getTime()))
                .min(Comparator.comparingLong(NearMatch::getTime).thenComparing(NearMatch::getId));
        List<NearMatch> rivals = near.values().stream()
                .filter(match -> !entries.get(match.getId()).precedes(image.getId(), image.getTime()))
                .limit(MOST_RIVALS)
                .toList();
        rivals.forEach(rival -> forward(record, rival.getId(), new NearContest(image, rival)));
        forward(record, image.getId(), new NearAnswer(image, true, first.orElse(null), rivals.size()));
    }

    /** Visits one further bucket, so that images expire even where no look-up leads. */
    private void sweep(int band, long expired) {
        List<Entry> unused = buckets.read(band, swept, expired);
        swept = (swept + 1) % BUCKETS_OF_A_BAND;
    }

    private void forward(Record<String, NearMessage> record, String key, Object step) {
        context.forward(new Record<>(key, new NearMessage(step), record.timestamp(), record.headers()));
    }
}
