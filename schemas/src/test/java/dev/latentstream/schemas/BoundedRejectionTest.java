package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedRejectionTest {
    private static Rejection rejection(String text) {
        return Rejection.newBuilder()
                .setStage("ingest")
                .setReason(RejectionReason.TOO_SMALL)
                .setValue(text)
                .setBound(text)
                .setDetail(text)
                .setSource(text)
                .setUri(text)
                .setPolicy(3)
                .build();
    }

    @Test
    void aSmallRecordIsUnchanged() {
        assertThat(BoundedRejection.of(rejection("48"))).isEqualTo(rejection("48"));
    }

    @Test
    void longTextsAreCut() {
        Rejection bounded = BoundedRejection.of(rejection("x".repeat(5000)));

        assertThat(bounded.getValue().orElseThrow()).hasSize(200).endsWith("x…");
        assertThat(bounded.getBound().orElseThrow()).hasSize(200);
        assertThat(bounded.getSource()).hasSize(200);
        assertThat(bounded.getDetail()).hasSize(4000);
        assertThat(bounded.getUri()).hasSize(4000).endsWith("x…");
        assertThat(bounded.getPolicy()).isEqualTo(3);
    }

    @Test
    void absentValuesStayAbsent() {
        Rejection rejection = Rejection.newBuilder(rejection("b"))
                .setReason(RejectionReason.EMPTY)
                .setValue(null)
                .setBound(null)
                .build();

        assertThat(BoundedRejection.of(rejection)).isEqualTo(rejection);
    }
}
