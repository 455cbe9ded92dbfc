package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.Topic.Retention;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
    private static Topic<Removal> named(String name) {
        return new Topic<>(name, Removal.class, Retention.DAYS, false, Map.of());
    }

    @Test
    void itsDeadLettersHaveASuffix() {
        assertThat(named("images").deadLetters()).isEqualTo("images-dlq");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "a_b", "a b", "ä", "../a"})
    void refusesANameThatIsNotLettersDigitsAndHyphens(String name) {
        assertThatThrownBy(() -> named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic name \"%s\" is not 1 to 200 letters, digits and hyphens", name);
    }

    @Test
    void refusesANameThatIsTooLongForItsDeadLetters() {
        assertThat(named("a".repeat(200)).deadLetters()).hasSizeLessThanOrEqualTo(249); // Kafka's bound
        assertThatThrownBy(() -> named("a".repeat(201))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsItsOwnCopyOfTheProperties() {
        Map<String, String> properties = new HashMap<>(Map.of("max.message.bytes", "1"));
        Topic<Removal> topic = new Topic<>("a", Removal.class, Retention.DAYS, false, properties);

        properties.clear();

        assertThat(topic.properties()).containsEntry("max.message.bytes", "1");
    }
}
