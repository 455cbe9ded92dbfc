package dev.latentstream.runtime.kafka;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes and reads the headers of every record: {@code source}, {@code policy} (the version of the policy that applied) and
 * {@code trace} (W3C traceparent: one trace per image, one span per stage).
 */
public final class StageHeaders {
    public static final String SOURCE = "source";
    public static final String TRACE = "trace";
    public static final String POLICY = "policy";

    /** Version 00 of https://www.w3.org/TR/trace-context/: version, trace id, span id, flags. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})");

    private static final String SAMPLED = "01";

    private final RandomGenerator random;

    /** @param random source of the ids; shared by all threads that write records, so {@code SecureRandom} or {@code Random} */
    public StageHeaders(RandomGenerator random) {
        this.random = random;
    }

    /** Returns the headers of a record that starts a trace. */
    public Headers originate(String source, long policy) {
        return headers(source, policy, traceId(), SAMPLED);
    }

    /** Returns the headers of a record derived from another one: the same trace with a new span. */
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

    /** The policy version; empty if the header is absent or not a number. */
    public static OptionalLong policy(Headers headers) {
        return text(headers, POLICY)
                .filter(version -> version.matches("\\d{1,18}"))
                .map(version -> OptionalLong.of(Long.parseLong(version)))
                .orElse(OptionalLong.empty());
    }

    private Headers headers(String source, long policy, String traceId, String flags) {
        return new RecordHeaders()
                .add(SOURCE, bytes(source))
                .add(TRACE, bytes("00-" + traceId + "-" + hex() + "-" + flags))
                .add(POLICY, bytes(Long.toString(policy)));
    }

    private String traceId() {
        return hex() + hex();
    }

    /** Never all zeros, which the standard defines as invalid. */
    private String hex() {
        long bits = random.nextLong();
        return HexFormat.of().toHexDigits(bits == 0 ? 1 : bits);
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
