package dev.latentstream.ingest.fetch;

import dev.latentstream.runtime.settings.Checks;
import java.util.List;

/**
 * Where connections may lead: to public addresses, on the ports of the web.
 *
 * @param ports the ports
 * @param allowed networks that are allowed besides, for example {@code 10.1.0.0/16}
 */
record NetworkSettings(List<Integer> ports, List<String> allowed) {
    /** The defaults. */
    public NetworkSettings() {
        this(List.of(80, 443), List.of());
    }

    public NetworkSettings {
        ports = List.copyOf(ports);
        allowed = List.copyOf(allowed);
        ports.forEach(port -> Checks.between("ports", port, 1, 65_535));
        allowed.forEach(Network::parse);
    }
}
