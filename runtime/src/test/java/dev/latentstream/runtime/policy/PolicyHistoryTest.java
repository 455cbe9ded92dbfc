package dev.latentstream.runtime.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.Policy;
import org.junit.jupiter.api.Test;

/** Every version that is in the log. */
class PolicyHistoryTest extends ControlFixture {
    @Test
    void hasEveryVersionOfEachKey() {
        write("caption/photos", policy(1, captions(1)));
        write("caption/*", policy(1, captions(5)));
        write("caption/photos", policy(2, captions(2)));
        write("caption/photos", null);
        write("caption/photos", policy(3, captions(3)));

        PolicyHistory history = PolicyHistory.read(this::log);

        assertThat(history.keys()).containsExactly("caption/*", "caption/photos");
        assertThat(history.versions("caption/photos"))
                .containsExactly(policy(1, captions(1)), policy(2, captions(2)), policy(3, captions(3)));
        assertThat(history.versions("mixture/*")).isEmpty();
        assertThat(history.newest(PolicyKind.CAPTION, "photos")).isEqualTo(policy(3, captions(3)));
        assertThat(history.version(PolicyKind.CAPTION, "photos", 2)).isEqualTo(policy(2, captions(2)));
    }

    @Test
    void ignoresWhatStagesIgnore() {
        write("caption/*", policy(1, captions(0)));
        write("nonsense", policy(1, captions(1)));

        assertThat(PolicyHistory.read(this::log).keys()).isEmpty();
    }

    @Test
    void theBuiltInPolicyOfAllSourcesIsVersionZero() {
        PolicyHistory history = PolicyHistory.read(this::log);

        Policy builtIn = history.version(PolicyKind.CAPTION, PolicyKind.EVERYWHERE, 0);

        assertThat(builtIn.getPolicy()).isEqualTo(PolicyRules.builtInCaption());
        assertThat(builtIn.getVersion()).isZero();
        assertThat(history.newest(PolicyKind.CAPTION, PolicyKind.EVERYWHERE)).isEqualTo(builtIn);
    }

    @Test
    void namesTheVersionsThatItHas() {
        write("caption/photos", policy(4, captions(1)));
        write("caption/photos", policy(5, captions(2)));
        write("caption/*", policy(1, captions(2)));
        PolicyHistory history = PolicyHistory.read(this::log);

        assertThatThrownBy(() -> history.version(PolicyKind.CAPTION, "photos", 3))
                .hasMessage("policy caption/photos has no version 3 in control; it has 4 to 5");
        assertThatThrownBy(() -> history.version(PolicyKind.CAPTION, "photos", 0))
                .hasMessage("policy caption/photos has no version 0 in control; it has 4 to 5");
        assertThatThrownBy(() -> history.version(PolicyKind.CAPTION, "*", 2))
                .hasMessage("policy caption/* has no version 2 in control; it has only 1, and 0 is built in");
        assertThatThrownBy(() -> history.version(PolicyKind.FILTER, "*", 1))
                .hasMessage("policy filter/* has no version 1 in control; it has none, and 0 is built in");
    }
}
