package dev.latentstream.runtime.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes and reads the headers that every record carries: {@code source}, {@code policy} (version of the policy it was made
 * under) and {@code trace} (W3C traceparent: one trace an image, one span a stage).
 */
public final class StageHeaders {
    public static final String SOURCE = "source";
    public static final String TRACE = "trace";
    public static final String POLICY = "policy";

    /** Version 00 of https://www.w3.org/TR/trace-context/: version, trace id, span id, flags. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})");

    private static final String SAMPLED = "01";

    private final RandomGenerator random;

    /** @param random draws the ids; used from every thread that writes records, so {@code SecureRandom} or {@code Random} */
    public StageHeaders(RandomGenerator random) {
        this.random = random;
    }

    /** Headers of a record that begins a trace. */
    public Headers originate(String source, long policy) {
        return headers(source, policy, traceId(), SAMPLED);
    }

    /** Headers of a record that was made from another one: the same trace, a span of its own. */
    public Headers propagate(Headers from, String source, long policy) {
        Matcher trace = TRACEPARENT.matcher(text(from, TRACE).orElse(""));
        return trace.matches() ? headers(source, policy, trace.group(1), trace.group(2)) : originate(source, policy);
    }

    public static Optional<String> source(Headers headers) {
        return text(headers, SOURCE);
    }

    public static Optional<String> trace(Headers headers) {
        return text(headers, TRACE);
    }

    /** Empty where it is absent or no number. */
    public static OptionalLong policy(Headers headers) {
        return text(headers, POLICY)
                .filter(version -> version.matches("\\d{1,18}"))
                .map(version -> OptionalLong.of(Long.parseLong(version)))
                .orElse(OptionalLong.empty());
    }

    private Headers headers(String source, long policy, String traceId, String flags) {
        return new RecordHeaders()
                .add(SOURCE, bytes(source))
                .add(TRACE, bytes("00-%s-%s-%s".formatted(traceId, hex(), flags)))
                .add(POLICY, bytes(Long.toString(policy)));
    }

    private String traceId() {
        return hex() + hex();
    }

    /** Never all zeros, which the standard calls invalid. */
    private String hex() {
        long bits = random.nextLong();
        return "%016x".formatted(bits == 0 ? 1 : bits);
    }

    private static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
