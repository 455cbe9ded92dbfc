package dev.latentstream.runtime.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record that {@link DeadLetters} made, with the way back: its headers end with those that were added, so all before them are original. */
public final class DeadLetter {
    private static final List<String> ADDED = List.of(
            DeadLetters.EXCEPTION,
            DeadLetters.MESSAGE,
            DeadLetters.STACKTRACE,
            DeadLetters.TOPIC,
            DeadLetters.PARTITION,
            DeadLetters.OFFSET,
            DeadLetters.STAGE,
            DeadLetters.ATTEMPT,
            DeadLetters.TIMESTAMP);

    /** Number of those that the first version added. */
    private static final int ADDED_BEFORE = 8;

    private static final Pattern PARTITION = Pattern.compile("\\d{1,9}");
    private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private final ConsumerRecord<byte[], byte[]> letter;
    private final List<Header> headers;
    private final List<Header> added;

    private DeadLetter(ConsumerRecord<byte[], byte[]> letter, List<Header> headers, List<Header> added) {
        this.letter = letter;
        this.headers = headers;
        this.added = added;
    }

    /** Returns the letter that a record is; empty for one that another program wrote. */
    public static Optional<DeadLetter> of(ConsumerRecord<byte[], byte[]> letter) {
        List<Header> all = List.of(letter.headers().toArray());
        return of(letter, all, ADDED.size()).or(() -> of(letter, all, ADDED_BEFORE));
    }

    private static Optional<DeadLetter> of(ConsumerRecord<byte[], byte[]> letter, List<Header> all, int names) {
        int originals = all.size() - names;
        if (originals < 0) {
            return Optional.empty();
        }
        List<Header> added = all.subList(originals, all.size());
        DeadLetter read = new DeadLetter(letter, withoutCount(all.subList(0, originals)), added);
        boolean ours = added.stream().map(Header::key).toList().equals(ADDED.subList(0, names))
                && PARTITION.matcher(read.text(DeadLetters.PARTITION)).matches()
                && OFFSET.matcher(read.text(DeadLetters.OFFSET)).matches()
                && TOPIC.matcher(read.topic()).matches();
        return ours ? Optional.of(read) : Optional.empty();
    }

    /** An earlier replay added its count. */
    private static List<Header> withoutCount(List<Header> headers) {
        int last = headers.size() - 1;
        return last >= 0 && headers.get(last).key().equals(DeadLetters.FAILED) ? headers.subList(0, last) : headers;
    }

    /** The topic that the record came from. */
    public String topic() {
        return text(DeadLetters.TOPIC);
    }

    /** The partition that it came from. */
    public int partition() {
        return Integer.parseInt(text(DeadLetters.PARTITION));
    }

    /** Its offset there. */
    public long offset() {
        return Long.parseLong(text(DeadLetters.OFFSET));
    }

    /** The stage that gave up. */
    public String stage() {
        return text(DeadLetters.STAGE);
    }

    /** The class of the error. */
    public String exception() {
        return text(DeadLetters.EXCEPTION);
    }

    public String message() {
        return text(DeadLetters.MESSAGE);
    }

    public String stackTrace() {
        return text(DeadLetters.STACKTRACE);
    }

    /** The number of times that the record has failed. */
    public String attempt() {
        return text(DeadLetters.ATTEMPT);
    }

    /** The headers that the record came with. */
    public List<Header> headers() {
        return headers;
    }

    /**
     * Returns the record for its topic and partition: key, value, time and headers byte for byte, and one header more, which counts how often
     * it failed.
     */
    public ProducerRecord<byte[], byte[]> original() {
        List<Header> all = new ArrayList<>(headers);
        all.add(new CountHeader(attempt().getBytes(StandardCharsets.UTF_8)));
        return new ProducerRecord<>(topic(), partition(), timestamp(), letter.key(), letter.value(), all);
    }

    private @Nullable Long timestamp() {
        if (added.size() == ADDED_BEFORE) {
            return letter.timestamp() < 0 ? null : letter.timestamp();
        }
        String time = text(DeadLetters.TIMESTAMP);
        return OFFSET.matcher(time).matches() ? Long.valueOf(time) : null;
    }

    private String text(String name) {
        byte @Nullable [] value = added.get(ADDED.indexOf(name)).value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("ArrayRecordComponent") // as Kafka's own headers
    private record CountHeader(byte[] value) implements Header {
        @Override
        public String key() {
            return DeadLetters.FAILED;
        }
    }
}
