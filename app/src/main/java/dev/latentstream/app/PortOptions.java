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

    @Option(
            names = "--registry-port",
            paramLabel = "P",
            description = "Port of the schema registry. Default: ${DEFAULT-VALUE}",
            defaultValue = "8081")
    private int registry;

    int registry() {
        return registry;
    }

    int broker() {
        return broker;
    }
}
