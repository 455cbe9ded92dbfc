package dev.latentstream.app.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StepRangeTest {
    @Test
    void readsOneStepSeveralAndAllFromOneOn() {
        assertThat(StepRange.parse("7")).isEqualTo(new StepRange(7, 7));
        assertThat(StepRange.parse("7-9")).isEqualTo(new StepRange(7, 9));
        assertThat(StepRange.parse("7-")).isEqualTo(new StepRange(7, Long.MAX_VALUE));
    }

    @Test
    void refusesOthersWithTheReason() {
        assertThatThrownBy(() -> StepRange.parse("-7")).hasMessage("steps \"-7\" are not of the form 7, 7-9 or 7-");
        assertThatThrownBy(() -> StepRange.parse("9-7")).hasMessage("steps 9-7 end before they begin");
        assertThatThrownBy(() -> StepRange.parse("0")).hasMessage("steps 0 is below 1");
    }
}
