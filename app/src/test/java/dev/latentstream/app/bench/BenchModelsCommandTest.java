package dev.latentstream.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.app.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchModelsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void timesEachRoundOfTheSelectedCases() throws IOException {
        assertThat(run("--case", "small-unet-forward,small-unet-step", "--rounds", "2", "--recompute", "--json"))
                .isZero();

        JsonNode cases = new ObjectMapper().readTree(out.toString());
        assertThat(cases.findValuesAsText("case")).containsExactly("small-unet-forward", "small-unet-step");
        for (JsonNode each : cases) {
            assertThat(each.path("ms")).hasSize(2).allSatisfy(ms -> assertThat(ms.asDouble())
                    .isPositive());
            double sum =
                    each.path("ms").get(0).asDouble() + each.path("ms").get(1).asDouble();
            assertThat(each.path("median_ms").asDouble()).isEqualTo(sum / 2);
        }
        assertThat(err.toString()).isEqualToNormalizingNewlines("bench: small-unet-forward\nbench: small-unet-step\n");
    }

    @Test
    void refusesNoRounds() {
        assertThat(run("--rounds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("0 rounds; at least 1 is needed");
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "bench";
        all[1] = "models";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}
