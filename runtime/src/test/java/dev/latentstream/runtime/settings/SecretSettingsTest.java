package dev.latentstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages about settings files with secrets in them. */
class SecretSettingsTest {
    record Account(int apiKey, Map<String, Integer> properties, String password) {
        Account() {
            this(1, Map.of(), "");
        }

        Account {
            if (password.startsWith("hunter")) {
                throw new IllegalArgumentException("password %s is weak".formatted(password));
            }
            if (properties.containsValue(7)) {
                throw new IllegalArgumentException("properties have 7, as is password %s".formatted(password));
            }
        }
    }

    @Test
    void neverShowsTheValueOfASecretKey() {
        assertNotShown("api-key: tops3cret", "api-key: the value is not a whole number of 32 bits");
        assertNotShown("api-key: '${KEY}'", "api-key: the value is not a whole number of 32 bits");
        assertNotShown(
                "properties: {sasl.jaas.config: tops3cret}",
                "properties.sasl.jaas.config: the value is not a whole number of 32 bits");
        assertNotShown("password: hunter-tops3cret", "password is refused; its value is not shown");
        assertNotShown("{password: tops3cret, properties: {a: 7}}", "properties have 7, as is password ***");
        assertNotShown("{apiKey: tops3cret}", "apiKey is not a setting; did you mean api-key?");
    }

    /** Lines with a password as people damage them, and a part of the message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "api-key:tops3cret | it is not a mapping of keys to values",
                "{api-key:tops3cret} | api-key... is not a setting; did you mean api-key?",
                "{api-key=tops3cret: 1} | api-key... is not a setting",
                "{properties: {bearer.auth.token:tops3cret}} | properties.bearer.auth.token... is empty",
                "password: *tops3cret | line 1: aliases (*) are not supported",
                "password: !tops3cret | line 1: tags (!) are not supported",
                "password: @tops3cret | at or after the key password",
                "password: tops3cret: x | (mapping values are not allowed here)",
                "password: `tops3cret | line 1, column",
                "password: %tops3cret | line 1, column",
                "password: {tops3cret | at or after the key password",
                "password: [tops3cret | at or after the key password",
                "password: 'tops3cret | (while scanning a quoted scalar)",
                "password: \"tops3cret\\q\" | (while scanning a double-quoted scalar)",
                "password: \"a\" tops3cret | line 1, column",
                "password: - tops3cret | line 1, column",
                "password: >tops3cret | line 1, column",
                "? tops3cret : [ | line 1, column",
                "{tops3cret: 1, tops3cret: 2} | tops3cret is given twice"
            })
    void neverShowsAValueOfMalformedYaml(String yaml, String part) {
        String message = assertThatThrownBy(() -> SettingsReader.parse(yaml, Account.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasNoCause()
                .hasMessageContaining(part)
                .actual()
                .getMessage();
        if (!part.contains("tops3cret")) { // a plain key in the place of a key is shown
            assertThat(message).doesNotContain("tops3cret");
        }
    }

    private static void assertNotShown(String yaml, String message) {
        assertThatThrownBy(() -> SettingsReader.parse(yaml, Account.class, Map.of("KEY", "tops3cret")))
                .isInstanceOf(SettingsException.class)
                .hasMessage(message);
    }
}
