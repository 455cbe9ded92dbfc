package dev.latentstream.runtime.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.rules.AttributeRule.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeRuleTest {
    private static final Map<String, String> IMAGE = Map.of(
            "license", "http://creativecommons.org/licenses/by/2.0/",
            "LANG", "en",
            "width", "512",
            "similarity", "0.31",
            "title", "A fox, in snow",
            "id", "007",
            "blank", "  ",
            "two words", "x");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "license in (cc0, cc-by)",
                "license = cc-by-2.0",
                "lang = en",
                "lang = EN and width = 512.0",
                "width >= 512 and width < 512.5 and similarity > .3 and similarity <= 3.1e-1",
                "not width < 512",
                "title = 'a fox, in snow'",
                "id = 7 and id != '7' and id = '007'",
                "lang in (de, en) or nothing = 1",
                "nothing = 1 or lang = en",
                "not (lang = de or lang = fr)",
                "lang not in (de, fr)",
                "'two words' exists",
                "not blank exists",
                "not nothing exists or nothing = 1",
                "lang = de or lang = en and width = 512",
                "NOT lang = de AND lang EXISTS"
            })
    void admitsWhatIsTrue(String rule) {
        assertThat(AttributeRule.parse(rule).failure(IMAGE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "license = cc0                  | license cc-by-2.0 (http://creativecommons.org/licenses/by/2.0/) | license = cc0 | false",
                "license = cc-by-nc             | license cc-by-2.0 (http://creativecommons.org/licenses/by/2.0/) | license = cc-by-nc | false",
                "lang = en and width > 600      | width 512      | width > 600 | false",
                "nothing = 1                    | no nothing     | nothing = 1 | unknown",
                "nothing != 1                   | no nothing     | not nothing = 1 | unknown",
                "not (nothing = 1 or lang = de) | no nothing, lang en | not (nothing = 1 or lang = de) | unknown",
                "title > 3                      | title A fox, in snow | title > 3 | unknown",
                "lang = en and nothing exists   | no nothing     | nothing exists | false"
            })
    void refusesWhatIsFalseOrUnknown(String rule, String value, String bound, String verdict) {
        assertThat(AttributeRule.parse(rule).failure(IMAGE))
                .contains(new Failure(value, bound, bound + " is " + verdict + ": " + value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "license in cc0          | 12 | expected (, found \"cc0\"",
                "license in (cc0         | 16 | expected ), found the end",
                "license in ()           | 13 | expected a value, found \")\"",
                "license                 |  8 | expected =, !=, <, <=, >, >=, in, not in or exists, found the end",
                "license not (cc0)       | 13 | expected in, found \"(\"",
                "width > wide            |  9 | expected a number, found \"wide\"",
                "width > '3' or          | 15 | expected an attribute, not or (, found the end",
                "lang == en              |  7 | expected a value, found \"=\"",
                "lang = en width = 3     | 11 | expected and, or, or the end, found \"width\"",
                "lang = and              |  8 | expected a value, found \"and\"",
                "(lang = en              | 11 | expected ), found the end",
                "lang = 'en              |  8 | the quote is not closed",
                "lang = en; exit         | 10 | \";\" is no part of a rule outside of quotes",
                "and                     |  1 | expected an attribute, not or (, found \"and\""
            })
    void saysWhatWasExpectedWhere(String rule, int character, String message) {
        assertThatThrownBy(() -> AttributeRule.parse(rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rule \"%s\", character %d: %s", rule, character, message);
    }

    @Test
    void refusesRulesThatNoPersonWrites() {
        assertThatThrownBy(() -> AttributeRule.parse("(".repeat(51) + "a = 1" + ")".repeat(51)))
                .hasMessageEndingWith("parentheses and not are nested deeper than 50");
        assertThatThrownBy(() -> AttributeRule.parse("not ".repeat(900) + "a = 1"))
                .hasMessageEndingWith("parentheses and not are nested deeper than 50");
        assertThatThrownBy(() -> AttributeRule.parse("a = " + "1".repeat(4000)))
                .hasMessage("a rule of 4004 characters is longer than 4000");
    }

    /** Random rules are evaluated by the truth tables of SQL, written down independently, and read again from their own text. */
    @Test
    void agreesWithTheTruthTablesOfSql() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            List<String> text = new ArrayList<>();
            Optional<Boolean> expected = random(random, 4, text);
            String rule = String.join(" ", text);

            AttributeRule parsed = AttributeRule.parse(rule);

            assertThat(parsed.failure(IMAGE).isEmpty()).as(rule).isEqualTo(expected.orElse(false));
            assertThat(AttributeRule.parse(parsed.toString()).toString()).isEqualTo(parsed.toString());
        }
    }

    /** Appends a rule, fully parenthesised; returns its value, empty for unknown. */
    private static Optional<Boolean> random(Random random, int depth, List<String> text) {
        int kind = depth == 0 ? random.nextInt(3) : random.nextInt(6);
        if (kind < 3) {
            text.add(List.of("lang = en", "lang = de", "nothing = 1").get(kind));
            return List.of(Optional.of(true), Optional.of(false), Optional.<Boolean>empty())
                    .get(kind);
        }
        text.add("(");
        if (kind == 3) {
            text.add("not");
            Optional<Boolean> inner = random(random, depth - 1, text);
            text.add(")");
            return inner.map(value -> !value);
        }
        boolean and = kind == 4;
        Optional<Boolean> left = random(random, depth - 1, text);
        text.add(and ? "and" : "or");
        Optional<Boolean> right = random(random, depth - 1, text);
        text.add(")");
        if (left.equals(Optional.of(!and)) || right.equals(Optional.of(!and))) {
            return Optional.of(!and);
        }
        return left.isEmpty() || right.isEmpty() ? Optional.empty() : Optional.of(and);
    }
}
