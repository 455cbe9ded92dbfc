package dev.latentstream.app;

import picocli.CommandLine.Option;

/** Where the embedded cluster listens, on the loopback interface. */
final class PortOptions {
    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port of the Kafka broker. Default: ${DEFAULT-VALUE}",
            defaultValue = "9092")
    private int broker;

    int broker() {
        return broker;
    }
}
