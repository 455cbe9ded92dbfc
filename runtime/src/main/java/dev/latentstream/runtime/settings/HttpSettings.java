package dev.latentstream.runtime.settings;

/**
 * The address at which {@code /metrics} and {@code /health} are served.
 *
 * @param host address to listen on; a loopback address keeps other hosts out
 * @param port 0 picks a free one
 */
public record HttpSettings(String host, int port) {
    /** The defaults: loopback, on the port of Prometheus' exporters. */
    public HttpSettings() {
        this("127.0.0.1", 9464);
    }

    public HttpSettings {
        Checks.nonBlank("host", host);
        Checks.between("port", port, 0, 65535);
    }
}
