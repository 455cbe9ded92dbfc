package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ModelsListCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsEachNetworkWithItsCost() {
        assertThat(run("models", "list")).isZero();

        assertThat(out.toString()
                        .lines()
                        .map(line -> line.replaceAll(" +", " "))
                        .toList())
                .startsWith("Network parameters GMACs GB in fp32 GB in bf16", "sd2 865,910,724 86.3 17.3 19.1")
                .contains("sdxl-td4_4 1,321,930,244 143.0 26.4 29.1")
                .contains("pixart-xl 610,856,096 139.4 12.2 13.4")
                .contains("uvit-h2048-d42-n16 2,344,200,356 781.9 46.9 51.6");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsTheSameAsJson() throws IOException {
        assertThat(run("models", "list", "--json")).isZero();

        JsonNode networks = new ObjectMapper().readTree(out.toString());
        assertThat(networks.findValuesAsText("name")).contains("sd2", "if-xl", "sdxl-base", "scenes-unet");
        assertThat(networks.get(0).path("parameters").asLong()).isEqualTo(865_910_724);
        assertThat(networks.get(0).path("training_bytes_fp32").asLong()).isEqualTo(20 * 865_910_724L);
        assertThat(networks.get(0).path("training_bytes_bf16").asLong()).isEqualTo(22 * 865_910_724L);
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
