package dev.latentstream.runtime.kafka;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageHeadersTest {
    private final StageHeaders stageHeaders = new StageHeaders(new Random(7));

    @Test
    void startsATrace() {
        Headers headers = stageHeaders.originate("photos", 3);

        assertThat(StageHeaders.source(headers)).contains("photos");
        assertThat(StageHeaders.policy(headers)).hasValue(3);
        assertThat(StageHeaders.trace(headers).orElseThrow()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }

    @Test
    void continuesATraceWithANewSpan() {
        // The example of https://www.w3.org/TR/trace-context/
        Headers from = traced("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");

        String trace =
                StageHeaders.trace(stageHeaders.propagate(from, "photos", 0)).orElseThrow();

        assertThat(trace)
                .matches("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00")
                .doesNotContain("b7ad6b7169203331");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-00",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more"
            })
    void beginsAnewAfterAnInvalidTrace(String invalid) {
        String trace = StageHeaders.trace(stageHeaders.propagate(traced(invalid), "photos", 0))
                .orElseThrow();

        assertThat(trace).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01").doesNotContain("00000000000000000000000000000000");
    }

    @Test
    void copiesNoOtherHeader() {
        Headers from = new RecordHeaders().add("policy", bytes("9")).add("other", bytes("x"));

        Headers next = stageHeaders.propagate(from, "scenes", 4);

        assertThat(next.toArray()).hasSize(3);
        assertThat(StageHeaders.policy(next)).hasValue(4);
    }

    @Test
    void absentHeadersAreEmpty() {
        assertThat(StageHeaders.source(new RecordHeaders())).isEmpty();
        assertThat(StageHeaders.policy(new RecordHeaders().add("policy", bytes("two"))))
                .isEmpty();
        assertThat(StageHeaders.policy(new RecordHeaders().add("policy", null))).isEmpty();
    }

    private static Headers traced(String trace) {
        return new RecordHeaders().add("trace", bytes(trace));
    }
}
