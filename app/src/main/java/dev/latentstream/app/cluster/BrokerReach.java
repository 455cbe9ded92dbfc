package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.FailureWords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/** Finds out within seconds that no broker can be reached: Kafka's clients try for a minute. */
public final class BrokerReach {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

    private BrokerReach() {}

    /**
     * Requires that one of some brokers accepts a connection.
     *
     * @param bootstrapServers {@code host:port,...}; what is not an address is left to Kafka's clients, which name the setting
     * @throws Failure with the address and the reason
     */
    public static void require(String bootstrapServers) {
        Optional<IOException> refused = Optional.empty();
        for (String server : bootstrapServers.split(",", -1)) {
            String host = Utils.getHost(server.strip());
            Integer port = Utils.getPort(server.strip());
            if (host == null || port == null) {
                return;
            }
            refused = refusal(host, port);
            if (refused.isEmpty()) {
                return;
            }
        }
        refused.ifPresent(reason -> {
            throw new Failure(
                    "no Kafka broker can be reached at %s (%s); start one with `latentstream broker`, or name another with --data or --config"
                            .formatted(bootstrapServers, reason(reason)),
                    reason);
        });
    }

    private static Optional<IOException> refusal(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT_WITHIN.toMillis());
            return Optional.empty();
        } catch (IOException unreachable) {
            return Optional.of(unreachable);
        }
    }

    private static String reason(IOException refused) {
        if (refused instanceof UnknownHostException) {
            return "unknown host";
        }
        return FailureWords.describe(refused);
    }
}
