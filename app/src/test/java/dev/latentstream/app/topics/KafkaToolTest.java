package dev.latentstream.app.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaToolTest {
    @Test
    void toolsHaveTheNamesOfKafkasScripts() {
        assertThat(KafkaTool.named("consumer-groups")).contains(KafkaTool.CONSUMER_GROUPS);
        assertThat(KafkaTool.named("console-consumer")).contains(KafkaTool.CONSOLE_CONSUMER);
        assertThat(KafkaTool.named("consumer_groups")).isEmpty();
    }

    @Test
    void addressIsAppendedToTheArguments() {
        assertThat(KafkaTool.TOPICS.withAddress(List.of("--list"), "h:1"))
                .containsExactly("--list", "--bootstrap-server", "h:1");
    }

    @Test
    void addressPrecedesASubcommand() {
        assertThat(KafkaTool.METADATA_QUORUM.withAddress(List.of("describe", "--status"), "h:1"))
                .containsExactly("--bootstrap-server", "h:1", "describe", "--status");
    }

    @Test
    void givenAddressIsKept() {
        assertThat(KafkaTool.TOPICS.withAddress(List.of("--bootstrap-server=g:2", "--list"), "h:1"))
                .containsExactly("--bootstrap-server=g:2", "--list");
        assertThat(KafkaTool.METADATA_QUORUM.withAddress(List.of("--bootstrap-controller", "g:2"), "h:1"))
                .containsExactly("--bootstrap-controller", "g:2");
    }

    @Test
    void toolsThatReadFilesGetNoAddress() {
        assertThat(KafkaTool.DUMP_LOG.withAddress(List.of("--files", "0.log"), "h:1"))
                .containsExactly("--files", "0.log");
    }
}
