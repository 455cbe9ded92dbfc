package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.Commands;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for options of which one would be left out; no cluster is asked. */
class SetPolicyOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "control set mixture --schedule=alt-text=linear:5-:0.1 | \"5-\" is neither a step nor FROM-TO",
                "control set mixture --schedule=alt-text=hold:a:0.1 | \"a\" is neither a step nor FROM-TO",
                "control set mixture --schedule=alt-text=linear:-5-500:0.1 | -5",
                "control set mixture --weight=scenes | Value for option '--weight' (SOURCE=WEIGHT) should be in KEY=VALUE format but was scenes",
                "control set caption --captions=1 --source= | source \"\" is not ",
                "control set filter --min-side=9 --source=a=b | source \"a=b\" is not ",
                "inspect a=b | topic \"a=b\" is not 1 to 249 letters, digits, dots, underscores",
                "dlq show a=b 0 | topic \"a=b\" is not 1 to 249 letters",
                "dlq list a=b | topic \"a=b\" is not 1 to 249 letters",
                "dlq replay a=b | topic \"a=b\" is not 1 to 249 letters",
                "source topic a=b --name=a | topic \"a=b\" is not 1 to 249 letters"
            })
    void aWrongValueIsQuotedAsItWasGiven(String arguments, String message) {
        String error = new Commands().usageError(arguments.split(" "));

        assertThat(error).contains(message).doesNotContain("option option").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "control set mixture --weight=a=1 --weight=b=1 --weight=a=2 | --weight has a more than once; give it one value",
                "control set mixture --objective=a=1 --objective=a=1 | --objective has a more than once",
                "control set mixture --level=dense=1 --level=dense=0 | --level has dense more than once",
                "control set caption --level=dense=1 --level=dense=0 | --level has dense more than once",
                "control set filter --min-score=sharpness=1 --min-score=sharpness=9 | --min-score has sharpness more than once",
                "control set filter --max-score=flatness=1 --max-score=flatness=0 | --max-score has flatness more than once",
                "source csv a.csv --name=a --attribute=a=b --attribute=a=c | --attribute has a more than once"
            })
    void aKeyWithTwoValuesIsRefused(String arguments, String message) {
        String error = new Commands().usageError(arguments.split(" "));

        assertThat(error).contains(message).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--no-objective --objective=a=1 | --no-objective removes what --objective sets: give one of them",
                "--no-schedule --schedule=alt-text=hold:5:0.3 | --no-schedule removes what --schedule sets: give one of them"
            })
    void anOptionThatRemovesWhatAnotherSetsIsRefusedBesideIt(String options, String message) {
        String error = new Commands().usageError(("control set mixture " + options).split(" "));

        assertThat(error).contains(message).hasLineCount(1);
    }
}
