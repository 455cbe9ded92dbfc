package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the embedded cluster listens, on the loopback interface. */
public final class PortOptions {
    private static final int GREATEST = 65_535;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

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

    /** Ports that are free now. */
    public static PortOptions free() throws IOException {
        PortOptions ports = new PortOptions();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ports.broker = socket.getLocalPort();
        }
        ports.registry = 0; // the registry takes any
        return ports;
    }

    /** Refuses what no port can be. */
    public void check() {
        Usage.requireValid(command, () -> Checks.between("port", broker, 1, GREATEST));
        Usage.requireValid(command, () -> Checks.between("registry-port", registry, 0, GREATEST));
    }

    int registry() {
        return registry;
    }

    int broker() {
        return broker;
    }
}
