package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KebabCaseTest {
    @Test
    void wordsAreLowerCaseAndJoinedByHyphens() {
        assertThat(KebabCase.of(RejectionReason.TOO_MANY_BYTES)).isEqualTo("too-many-bytes");
        assertThat(KebabCase.of(RejectionReason.SCORE)).isEqualTo("score");
    }
}
