package dev.latentstream.app.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.app.cli.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class BrokerReachTest {
    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void oneServerThatAcceptsConnectionsIsEnough() throws IOException {
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String servers = "127.0.0.1:%d, 127.0.0.1:%d".formatted(closedPort(), open.getLocalPort());

            assertThatCode(() -> BrokerReach.require(servers)).doesNotThrowAnyException();
        }
    }

    @Test
    void namesTheServersAndTheReason() throws IOException {
        String servers = "127.0.0.1:%d,[::1]:%d".formatted(closedPort(), closedPort());

        assertThatThrownBy(() -> BrokerReach.require(servers))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("no Kafka broker can be reached at %s (".formatted(servers));
        assertThatThrownBy(() -> BrokerReach.require("no-such-host.invalid:9092"))
                .hasMessageContaining("at no-such-host.invalid:9092 (unknown host); start one with");
    }

    @Test
    void leavesWhatIsNoAddressToKafka() {
        assertThatCode(() -> BrokerReach.require("9092")).doesNotThrowAnyException();
        assertThatCode(() -> BrokerReach.require("")).doesNotThrowAnyException();
    }
}
