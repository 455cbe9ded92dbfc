package dev.latentstream.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.registry.Administration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class LocalClusterOptionsTest {
    /** A command with the options alone. */
    @Command
    private static final class Sample {
        @Mixin
        private LocalClusterOptions options = new LocalClusterOptions();
    }

    private static LocalClusterOptions parsed(String... arguments) {
        Sample sample = new Sample();
        new CommandLine(sample).parseArgs(arguments);
        return sample.options;
    }

    @Test
    void clientsOfTheRegistryAreNoAdministratorsUnlessAsked() {
        assertThat(parsed().administration()).isEqualTo(Administration.REFUSED);
        assertThat(parsed("--registry-admin").administration()).isEqualTo(Administration.ALLOWED);
    }

    @Test
    void thePortsAreThoseOfKafkaAndConfluent() {
        assertThat(parsed().broker()).isEqualTo(9092);
        assertThat(parsed().registry()).isEqualTo(8081);
        assertThat(parsed("--port=1", "--registry-port=2").broker()).isEqualTo(1);
        assertThat(parsed("--port=1", "--registry-port=2").registry()).isEqualTo(2);
    }
}
