package dev.latentstream.runtime.settings;

/**
 * Where {@code /metrics} and {@code /health} are served.
 *
 * @param host address to listen on; other hosts see it only if it is theirs to see
 * @param port 0 picks a free one
 */
public record HttpSettings(String host, int port) {
    /** The defaults: loopback, and the port of Prometheus' exporters. */
    public HttpSettings() {
        this("127.0.0.1", 9464);
    }

    public HttpSettings {
        Checks.nonBlank("host", host);
        Checks.between("port", port, 0, 65535);
    }
}
