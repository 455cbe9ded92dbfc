package dev.latentstream.ingest.sources.state;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Names of the writers of states: host, process and a random number, so that no two are the same. */
final class Writers {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Writers() {}

    static String name() {
        return "%s/%d/%s"
                .formatted(host(), ProcessHandle.current().pid(), HexFormat.of().toHexDigits(RANDOM.nextInt()));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) { // a host that cannot resolve its own name
            return "localhost";
        }
    }
}
