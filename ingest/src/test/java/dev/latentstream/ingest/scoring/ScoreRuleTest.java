package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreRuleTest {
    private static final List<String> LABELS =
            List.of("drawing", "hentai", "neutral", "porn", "sexy", "tench, Tinca tinca", "a (b)", "crane", "crane");

    /** Probabilities 0.01, 0.02, ... and the output "aesthetic" with the elements 5.5 and 6.5. */
    private static final ScoreRule.Values VALUES = new ScoreRule.Values() {
        @Override
        public double probability(int label) {
            return (label + 1) / 100.0;
        }

        @Override
        public double output(String name, int index) {
            assertThat(name).isEqualTo("aesthetic");
            return 5.5 + index;
        }

        @Override
        public float[] vector(String name) {
            return switch (name) {
                case "image_embeds" -> new float[] {3, 0, 4};
                case "text_embeds" -> new float[] {0, 0, 2};
                default -> new float[3];
            };
        }
    };

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            p(porn)                         | 0.04
            p(porn) + p(hentai)             | 0.06
            p(porn)+p(hentai)*2             | 0.08
            (p(porn) + p(hentai)) * 2       | 0.12
            1 - p(neutral) - p(drawing)     | 0.96
            -p(porn) / 2                    | -0.02
            p(tench, Tinca tinca)           | 0.06
            p( "a (b)" )                    | 0.07
            max(p(porn), p(hentai), 0.03)   | 0.04
            min(p(porn), p(hentai))         | 0.02
            output(aesthetic)               | 5.5
            output(aesthetic, 1) - 1e-1     | 6.4
            cosine(image_embeds, text_embeds) | 0.8
            100 * cosine( image_embeds ,image_embeds) | 100
            8 - 4 - 2                       | 2
            8 / 4 / 2                       | 1
            --.5                            | 0.5
            """)
    void anExpressionHasTheValueThatArithmeticGivesIt(String rule, double value) {
        ScoreRule parsed = ScoreRule.parse(rule, LABELS);

        assertThat(parsed.value(VALUES)).isCloseTo(value, within(1e-12));
        assertThat(parsed.bound()).isEmpty();
    }

    @Test
    void aComparisonIsTheBoundBeyondWhichAnImageIsRefused() {
        assertThat(ScoreRule.parse("p(porn) + p(hentai) > 0.5", LABELS).bound())
                .isEqualTo(Optional.of(new ScoreBound(true, 0.5)));
        assertThat(ScoreRule.parse("output(aesthetic)<-4.25", LABELS).bound())
                .isEqualTo(Optional.of(new ScoreBound(false, -4.25)));
    }

    @Test
    void aVectorOfZerosHasNoCosine() {
        assertThat(ScoreRule.parse("cosine(text_embeds, zeros)", LABELS).value(VALUES))
                .isNaN();
    }

    @Test
    void noNumberIsNoNumberInAnyExpression() {
        ScoreRule rule = ScoreRule.parse("max(0 / 0, p(porn)) + min(1, 0 / 0)", LABELS);

        assertThat(rule.value(VALUES)).isNaN();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            p(pron) > 0.5      | "p(pron) > 0.5": the label "pron" is not among drawing, hentai, neutral, porn, sexy, tench, Tinca tinca, a (b), crane, crane
            p(crane) > 0.5     | "p(crane) > 0.5": the label "crane" has the positions 7 and 8; only one can be meant
            p(porn) > p(sexy)  | "p(porn) > p(sexy)": a number is expected at character 11, not "p(sexy)"
            p(porn) >= 0.5     | "p(porn) >= 0.5": a number is expected at character 10, not "= 0.5"
            p(porn) > 0.5 or 1 | "p(porn) > 0.5 or 1": an operator or the end is expected at character 15, not "or 1"
            p(porn +           | "p(porn +": the label "porn +" is not among drawing, hentai, neutral, porn, sexy, tench, Tinca tinca, a (b), crane, crane
            p(porn) +          | "p(porn) +": a number is expected at character 10, not the end
            (p(porn)           | "(p(porn)": ")" is expected at character 9, not the end
            q(porn)            | "q(porn)": p(label), output(name), cosine(a, b), max(...) or min(...) is expected at character 1, not "q(porn)"
            porn > 0.5         | "porn > 0.5": a number, p(label), output(name), cosine(a, b), max(...), min(...) or a parenthesis is expected at character 1, not "porn > 0.5"
            ''                 | "": a number is expected at character 1, not the end
            cosine(a)          | "cosine(a)": cosine(a) is not cosine(name, name)
            cosine(a, b, c)    | "cosine(a, b, c)": cosine(a, b, c) is not cosine(name, name)
            output(a, b)       | "output(a, b)": output(a, b) is not output(name) or output(name, index)
            """)
    void anErrorNamesItsPlaceAndWhatCanBeThere(String rule, String message) {
        assertThatThrownBy(() -> ScoreRule.parse(rule, LABELS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aRuleThatIsNestedTooDeeplyIsRefusedAndDoesNotOverflowTheStack() {
        assertThatThrownBy(() -> ScoreRule.parse("(".repeat(100_000), LABELS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is nested deeper than 100");
    }
}
