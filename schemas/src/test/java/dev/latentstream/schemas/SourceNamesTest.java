package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"photos", "A-1", "dlq-photos", "xdlq", "images", "control", "-"})
    void anyNameIsValidWhoseLatentTopicIsItsOwn(String name) {
        Topics topics = new Topics("");

        assertThat(SourceNames.require(name)).isEqualTo(name);
        String topic = topics.latents(name).name();
        assertThat(topics.isLatents(topic)).isTrue();
        assertThat(topics.sourceOfLatents(topic)).isEqualTo(name);
        assertThat(topics.fixed()).extracting(Topic::name).doesNotContain(topic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dlq", "-dlq", "photos-dlq", "photos-dlq-dlq", "", "my photos", "*", "é"})
    void aNameIsRefusedWhoseLatentTopicWouldBeAnotherTopic(String name) {
        assertThat(SourceNames.valid(name)).isFalse();
        assertThatThrownBy(() -> SourceNames.require(name))
                .hasMessage("source \"%s\" is not %s", name, SourceNames.RULE);
        assertThatThrownBy(() -> new Topics("").latents(name)).hasMessage(SourceNames.refusal(name));
    }

    @Test
    void aLongNameIsCutInTheMessage() {
        assertThatThrownBy(() -> SourceNames.require("x".repeat(100_000)))
                .hasMessage("source \"%s...\" is not %s", "x".repeat(120), SourceNames.RULE);
    }
}
